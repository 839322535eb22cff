package dev.troupe.chaos.history.check;

import dev.troupe.chaos.history.Attempt;
import dev.troupe.chaos.history.Key;
import dev.troupe.chaos.history.graph.DependencyGraph;
import dev.troupe.chaos.history.graph.Edge;
import dev.troupe.chaos.history.graph.EdgeKind;
import dev.troupe.chaos.history.graph.Fan;
import dev.troupe.chaos.history.graph.Ground;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What is known of the order of transactions over registers. A version comes before another
 *
 * <ul>
 *   <li>if it is the one before all writes;
 *   <li>if a transaction read the one and wrote the other;
 *   <li>if a transaction read something else from the writer of the one, but found the other: the
 *       second write must have come between (the rule of read atomicity in Biswas and Enea, "On the
 *       Complexity of Checking Transactional Consistency", 2019);
 *   <li>if a transaction that read or wrote the one was over before one began that found the other,
 *       or wrote it without a look (linearizable keys in Elle, §5.2).
 * </ul>
 *
 * From each such pair follow ww between the writers and rw from the readers of the one to the
 * writer of the other. Notes are key numbers.
 */
final class RwGraph {
  private static final int NOBODY = -1;

  private record Pair(int key, long before, long after) {}

  private final List<RwTransaction> transactions;
  private final Map<Key, WrittenKey> keys;
  private final List<WrittenKey> byNumber;
  private final Map<Integer, Integer> nodes = new HashMap<>();
  private final Set<Pair> known = new HashSet<>();
  private final DependencyGraph graph;

  RwGraph(List<RwTransaction> transactions, Map<Key, WrittenKey> keys) {
    this.transactions = transactions;
    this.keys = keys;
    this.byNumber = List.copyOf(keys.values());
    this.graph = new DependencyGraph(transactions.size());
    for (int i = 0; i < transactions.size(); i++) {
      nodes.put(transactions.get(i).attempt().index(), i);
    }
  }

  DependencyGraph build() {
    keys.values().forEach(this::addFirstVersion);
    for (int i = 0; i < transactions.size(); i++) {
      addReads(i, transactions.get(i));
    }
    transactions.forEach(this::addFound);
    addTime();
    ClientOrder.addTo(graph, transactions.stream().map(RwTransaction::attempt).toList());
    return graph;
  }

  private WrittenKey of(Key key) {
    return Objects.requireNonNull(keys.get(key));
  }

  private int writer(WrittenKey key, long value) {
    WrittenKey.Write write = key.writes().get(value);
    return write == null ? NOBODY : nodes.getOrDefault(write.by().index(), NOBODY);
  }

  private int node(Attempt attempt) {
    return Objects.requireNonNull(nodes.get(attempt.index()));
  }

  private void addFirstVersion(WrittenKey key) {
    List<Attempt> readers = key.readersOf(Optional.empty());
    if (readers.isEmpty()) {
      return;
    }
    Set<Integer> writers = new HashSet<>();
    key.writes().keySet().forEach(value -> writers.add(writer(key, value)));
    writers.remove(NOBODY);
    Fan fan = new Fan(graph, new ArrayList<>(writers));
    for (Attempt reader : readers) {
      fan.addFrom(node(reader), EdgeKind.RW, Ground.DATA, key.number());
    }
  }

  private void addReads(int reader, RwTransaction transaction) {
    for (Key read : transaction.reads().keySet()) {
      WrittenKey key = of(read);
      Long found = transaction.read(read);
      if (found == null) {
        continue;
      }
      int writer = writer(key, found);
      graph.add(writer, reader, EdgeKind.WR, Ground.DATA, key.number());
      Long written = transaction.writes().get(key.key());
      if (written != null) {
        addPair(key, found, written, Ground.DATA);
      }
    }
  }

  /** The third rule. */
  private void addFound(RwTransaction reader) {
    for (Key from : reader.reads().keySet()) {
      Long version = reader.read(from);
      if (version == null) {
        continue;
      }
      int writer = writer(of(from), version);
      Map<Key, Long> alsoWritten = transactions.get(writer).writes();
      for (Key other : reader.reads().keySet()) {
        Long overwritten = alsoWritten.get(other);
        Long found = reader.read(other);
        WrittenKey key = of(other);
        if (overwritten != null && found != null && writer(key, found) != writer) {
          addPair(key, overwritten, found, Ground.INFERRED);
        }
      }
    }
  }

  private void addTime() {
    Map<Key, VersionsInTime> times = new LinkedHashMap<>();
    for (int i = 0; i < transactions.size(); i++) {
      RwTransaction transaction = transactions.get(i);
      for (var write : transaction.writes().entrySet()) {
        Key key = write.getKey();
        boolean blindly = !transaction.reads().containsKey(key);
        times
            .computeIfAbsent(key, k -> new VersionsInTime(graph, of(k).number()))
            .wrote(i, transaction.attempt(), write.getValue(), blindly);
      }
    }
    for (int i = 0; i < transactions.size(); i++) {
      RwTransaction transaction = transactions.get(i);
      for (Key key : transaction.reads().keySet()) {
        Long found = transaction.read(key);
        Long written = transaction.writes().get(key);
        VersionsInTime time = times.get(key);
        if (found != null && time != null) {
          if (written == null) {
            time.read(i, transaction.attempt(), found);
          } else {
            time.replaced(i, transaction.attempt(), found, written);
          }
        }
      }
    }
    times.values().forEach(VersionsInTime::addEdges);
  }

  private void addPair(WrittenKey key, long before, long after, Ground ground) {
    if (!known.add(new Pair(key.number(), before, after))) {
      return;
    }
    int overwriting = writer(key, after);
    graph.add(writer(key, before), overwriting, EdgeKind.WW, ground, key.number());
    for (Attempt reader : key.readersOf(Optional.of(before))) {
      graph.add(node(reader), overwriting, EdgeKind.RW, ground, key.number());
    }
  }

  /** Why an edge of data exists. */
  String reason(Edge edge) {
    Key key = byNumber.get(edge.note()).key();
    RwTransaction from = transactions.get(edge.from());
    RwTransaction to = transactions.get(edge.to());
    return reason(edge.kind(), key, from, to)
        + switch (edge.ground()) {
          case DATA, PROCESS -> "";
          case INFERRED -> ": found by one that had read from the overwritten transaction";
          case REALTIME, FOUND_IN_TIME -> " by real time";
        };
  }

  private static String reason(EdgeKind kind, Key key, RwTransaction from, RwTransaction to) {
    Long read = from.read(key);
    return switch (kind) {
      case WW ->
          "it wrote %s=%s, the other %s later"
              .formatted(key, from.writes().get(key), to.writes().get(key));
      case WR -> "the other read %s=%s, which it wrote".formatted(key, to.read(key));
      case RW ->
          "it read %s=%s, and the other wrote %s after that"
              .formatted(key, read, to.writes().get(key));
      case PROCESS, REALTIME, LINK -> kind.text();
    };
  }
}
