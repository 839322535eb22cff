package dev.troupe.chaos.history.check;

import dev.troupe.chaos.history.Attempt;
import dev.troupe.chaos.history.graph.DependencyGraph;
import dev.troupe.chaos.history.graph.EdgeKind;
import dev.troupe.chaos.history.graph.Ground;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The order of one key's versions as far as real time shows it. A version is left at the earliest
 * end of a transaction that left it behind, and found for the last time at the latest begin of one
 * that found it, or wrote it without a look. It comes before each other version that is found after
 * it was left.
 *
 * <p>The versions stand in a chain by the time when they are found last, which a version enters
 * behind its own place, so that the edges are linear in the versions; only those before its own
 * place, which were found while it was still in use, get edges of their own. In a correct history
 * they are no more than there are clients.
 */
final class VersionsInTime {
  /** Of more than that the cycles are long closed. */
  private static final int DIRECT_MAX = 256;

  private static final int NOWHERE = -1;

  /** One version and those who had to do with it, by their nodes. */
  private static final class Version {
    final int writer;
    final List<Integer> readers = new ArrayList<>();
    final Map<Integer, Version> replacedBy = new HashMap<>();
    long left = Attempt.NEVER;
    long lastFound = Long.MIN_VALUE;
    int place = NOWHERE;
    int link = NOWHERE;

    Version(int writer) {
      this.writer = writer;
    }
  }

  private final DependencyGraph graph;
  private final int note;
  private final Map<Long, Version> versions = new HashMap<>();
  private final List<Version> chain = new ArrayList<>();

  VersionsInTime(DependencyGraph graph, int note) {
    this.graph = graph;
    this.note = note;
  }

  /**
   * A version that stayed.
   *
   * @param blindly whether the writer is not known to have read the key before
   */
  void wrote(int node, Attempt writer, long value, boolean blindly) {
    Version version = new Version(node);
    version.left = writer.completedAt();
    if (blindly) {
      version.lastFound = writer.invokedAt();
    }
    versions.put(value, version);
  }

  /** A reader that wrote nothing to the key; all writers come first. */
  void read(int node, Attempt reader, long value) {
    Version version = versions.get(value);
    if (version != null) {
      version.readers.add(node);
      version.left = Math.min(version.left, reader.completedAt());
      version.lastFound = Math.max(version.lastFound, reader.invokedAt());
    }
  }

  /** A reader that replaced what it had found; all writers come first. */
  void replaced(int node, Attempt reader, long value, long by) {
    Version version = versions.get(value);
    Version next = versions.get(by);
    if (version != null && next != null) {
      version.replacedBy.put(node, next);
      version.lastFound = Math.max(version.lastFound, reader.invokedAt());
    }
  }

  void addEdges() {
    for (Version version : versions.values()) {
      if (version.lastFound != Long.MIN_VALUE) {
        chain.add(version);
      }
    }
    chain.sort(Comparator.comparingLong(version -> version.lastFound));
    for (int i = 0; i < chain.size(); i++) {
      Version version = chain.get(i);
      version.place = i;
      version.link = graph.addNode();
      graph.link(version.link, version.writer);
      if (i > 0) {
        graph.link(chain.get(i - 1).link, version.link);
      }
    }
    versions.values().forEach(this::addEdges);
  }

  private void addEdges(Version version) {
    int first = firstFoundAfter(version.left);
    if (first == chain.size()) {
      return;
    }
    int entry = graph.addNode();
    follow(entry, EdgeKind.LINK, Ground.DATA, first, version.place, NOWHERE);
    for (int reader : version.readers) {
      graph.add(reader, entry, EdgeKind.RW, Ground.REALTIME, note);
    }
    version.replacedBy.forEach(
        (reader, next) ->
            follow(reader, EdgeKind.RW, Ground.REALTIME, first, version.place, next.place));
    graph.add(version.writer, entry, EdgeKind.WW, Ground.FOUND_IN_TIME, note);
  }

  /** Edges to the writers from a place of the chain on, but for two of them. */
  private void follow(int source, EdgeKind kind, Ground ground, int first, int but, int butToo) {
    int last = Math.max(but, butToo);
    int behind = Math.max(first, last + 1);
    int edgeNote = kind == EdgeKind.LINK ? DependencyGraph.NO_NOTE : note;
    for (int place = Math.max(first, last - DIRECT_MAX); place < last; place++) {
      if (place != but && place != butToo) {
        graph.add(source, chain.get(place).writer, kind, ground, edgeNote);
      }
    }
    if (behind < chain.size()) {
      graph.add(source, chain.get(behind).link, kind, ground, edgeNote);
    }
  }

  private int firstFoundAfter(long time) {
    int low = 0;
    int high = chain.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (chain.get(middle).lastFound > time) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }
}
