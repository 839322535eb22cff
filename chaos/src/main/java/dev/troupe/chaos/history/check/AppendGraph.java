package dev.troupe.chaos.history.check;

import dev.troupe.chaos.history.Attempt;
import dev.troupe.chaos.history.Key;
import dev.troupe.chaos.history.MicroOp;
import dev.troupe.chaos.history.Values;
import dev.troupe.chaos.history.check.AppendedKey.Append;
import dev.troupe.chaos.history.check.AppendedKey.Read;
import dev.troupe.chaos.history.graph.DependencyGraph;
import dev.troupe.chaos.history.graph.Edge;
import dev.troupe.chaos.history.graph.EdgeKind;
import dev.troupe.chaos.history.graph.Fan;
import dev.troupe.chaos.history.graph.Ground;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** The dependencies between the committed transactions of list appends. Notes are key numbers. */
final class AppendGraph {
  private static final int NOBODY = -1;

  private final List<Attempt> committed;
  private final List<AppendedKey> keys;
  private final Map<Integer, Integer> nodes = new HashMap<>();
  private final DependencyGraph graph;

  AppendGraph(List<Attempt> committed, List<AppendedKey> keys) {
    this.committed = committed;
    this.keys = keys;
    this.graph = new DependencyGraph(committed.size());
    for (int i = 0; i < committed.size(); i++) {
      nodes.put(committed.get(i).index(), i);
    }
  }

  DependencyGraph build() {
    for (AppendedKey key : keys) {
      if (key.isOrdered()) {
        add(key);
      }
    }
    ClientOrder.addTo(graph, committed);
    return graph;
  }

  private void add(AppendedKey key) {
    Values order = key.order();
    int[] writers = new int[order.size()];
    int before = NOBODY;
    for (int i = 0; i < writers.length; i++) {
      Append append = key.appends().get(order.get(i));
      writers[i] = append == null ? NOBODY : nodes.getOrDefault(append.by().index(), NOBODY);
      if (writers[i] != NOBODY) {
        if (before != NOBODY) {
          graph.add(before, writers[i], EdgeKind.WW, Ground.DATA, key.number());
        }
        before = writers[i];
      }
    }
    List<Integer> unseen = unseenWriters(key);
    if (before != NOBODY) {
      for (int writer : unseen) {
        graph.add(before, writer, EdgeKind.WW, Ground.DATA, key.number());
      }
    }
    addReads(key, writers, unseen);
  }

  /**
   * Committed transactions whose element nobody read. It must come after the longest list, as that
   * would have it otherwise.
   */
  private List<Integer> unseenWriters(AppendedKey key) {
    TreeSet<Integer> unseen = new TreeSet<>();
    for (var append : key.appends().entrySet()) {
      Integer writer = nodes.get(append.getValue().by().index());
      if (writer != null && !key.wasObserved(append.getKey())) {
        unseen.add(writer);
      }
    }
    return new ArrayList<>(unseen);
  }

  private void addReads(AppendedKey key, int[] writers, List<Integer> unseen) {
    Fan afterLongest = new Fan(graph, unseen);
    for (Read read : key.reads()) {
      int reader = nodes.getOrDefault(read.by().index(), NOBODY);
      int size = read.external().size();
      if (reader == NOBODY) {
        continue;
      }
      if (size > 0 && writers[size - 1] != NOBODY) {
        graph.add(writers[size - 1], reader, EdgeKind.WR, Ground.DATA, key.number());
      }
      int following = size;
      while (following < writers.length && skips(writers, size, following, reader)) {
        following++;
      }
      if (following < writers.length) {
        graph.add(reader, writers[following], EdgeKind.RW, Ground.DATA, key.number());
      } else {
        afterLongest.addFrom(reader, EdgeKind.RW, Ground.DATA, key.number());
      }
    }
  }

  /**
   * What failed, what is the reader's own, and what the writer of the last element it saw appended
   * as well, is followed by a version that somebody else made.
   */
  private static boolean skips(int[] writers, int size, int following, int reader) {
    int writer = writers[following];
    return writer == NOBODY || writer == reader || (size > 0 && writer == writers[size - 1]);
  }

  /** Why an edge of data exists. */
  String reason(Edge edge) {
    Key key = keys.get(edge.note()).key();
    Attempt from = committed.get(edge.from());
    Attempt to = committed.get(edge.to());
    return switch (edge.kind()) {
      case WW ->
          "it appended %s to %s, the other %s later".formatted(own(from, key), key, own(to, key));
      case WR -> "the other read %s of %s, with %s".formatted(read(to, key), key, own(from, key));
      case RW -> "it read %s of %s, without %s".formatted(read(from, key), key, own(to, key));
      case PROCESS, REALTIME, LINK -> edge.kind().text();
    };
  }

  private static List<Long> own(Attempt attempt, Key key) {
    List<Long> values = new ArrayList<>();
    for (MicroOp op : attempt.ops()) {
      if (op instanceof MicroOp.Append(Key to, long value) && to.equals(key)) {
        values.add(value);
      }
    }
    return values;
  }

  private static Values read(Attempt attempt, Key key) {
    for (MicroOp op : attempt.ops()) {
      if (op instanceof MicroOp.ReadList(Key of, Values values) && of.equals(key)) {
        return values;
      }
    }
    return Values.of();
  }
}
