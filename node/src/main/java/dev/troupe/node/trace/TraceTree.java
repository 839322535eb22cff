package dev.troupe.node.trace;

import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.trace.Span;
import dev.troupe.protocol.trace.SpanRecord;
import dev.troupe.protocol.trace.TraceContext;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A trace, put together from what nodes have recorded of it: who did what below whom, where the
 * time went, and which parts are not there. Immutable once built; times are microseconds after the
 * begin of the trace.
 */
public final class TraceTree {
  /**
   * Two findings about where the time went. BOTTLENECK: of what the client waited for, the most was
   * spent in this span itself. SLOWEST: no other span has spent as much in itself, whether somebody
   * waited for it or not.
   */
  public enum Mark {
    NONE,
    SLOWEST,
    BOTTLENECK
  }

  /**
   * One line of the tree.
   *
   * @param id 16 hexadecimal digits; of what is missing a text that begins otherwise
   * @param parent id of the line above, empty for the first
   * @param node who has recorded it, or should have
   * @param startMicros after the begin of the trace
   * @param durationMicros -1 when it has not ended, or is missing
   * @param selfMicros what is left of the duration without what is below
   * @param shiftedMicros by how much it was moved to lie within the line above, because the clocks
   *     of two nodes differ
   * @param late whether it ended after the client had its answer
   * @param missing why there is nothing; null for what was recorded
   */
  public record Line(
      String id,
      String parent,
      int depth,
      NodeId node,
      String name,
      long startMicros,
      long durationMicros,
      long selfMicros,
      long shiftedMicros,
      boolean late,
      Mark mark,
      @Nullable String missing,
      @Nullable String problem,
      Map<String, Object> attributes) {}

  /** A recorded span, or the place of one that is not there. */
  private static final class Place {
    private final @Nullable SpanRecord record;
    private final NodeId node;
    private final String id;
    private final @Nullable String missing;
    private final List<Place> below = new ArrayList<>();
    private long start;
    private long end;
    private long shifted;

    Place(SpanRecord record, NodeId node) {
      this.record = record;
      this.node = node;
      this.id = record.context().spanId();
      this.missing = null;
      this.start = record.startMicros();
      this.end = record.hasEnded() ? start + record.durationNanos() / 1_000L : -1;
    }

    Place(String id, NodeId node, String missing, long start) {
      this.record = null;
      this.node = node;
      this.id = id;
      this.missing = missing;
      this.start = start;
      this.end = -1;
    }

    boolean hasEnded() {
      return end >= 0;
    }

    boolean counts() {
      return hasEnded() && record != null && !record.attributes().containsKey(Span.BACKGROUND);
    }

    void shift(long micros) {
      start += micros;
      end = hasEnded() ? end + micros : end;
      shifted += micros;
      below.forEach(place -> place.shift(micros));
    }

    /** What of its time no line below has taken. */
    long self() {
      List<Place> inOrder =
          below.stream()
              .filter(Place::hasEnded)
              .sorted(Comparator.comparingLong(p -> p.start))
              .toList();
      long self = 0;
      long covered = start;
      for (Place place : inOrder) {
        if (place.start > covered) {
          self += Math.min(place.start, end) - Math.min(covered, end);
        }
        covered = Math.max(covered, place.end);
      }
      return self + Math.max(0, end - covered);
    }
  }

  private final List<Line> lines;
  private final long startMicros;
  private final long durationMicros;

  private TraceTree(List<Line> lines, long startMicros, long durationMicros) {
    this.lines = List.copyOf(lines);
    this.startMicros = startMicros;
    this.durationMicros = durationMicros;
  }

  /** From top to bottom, each before those below it. */
  public List<Line> lines() {
    return lines;
  }

  /** When it began, in microseconds since 1970. */
  public long startMicros() {
    return startMicros;
  }

  /** How long the client waited, as its door saw it; -1 while it does. */
  public long durationMicros() {
    return durationMicros;
  }

  /**
   * Puts the parts together.
   *
   * @param parts what each node has recorded
   * @param silent nodes that should have answered, and why they did not
   */
  public static TraceTree of(Map<NodeId, List<SpanRecord>> parts, Map<NodeId, String> silent) {
    Map<String, Place> places = new LinkedHashMap<>();
    parts.forEach(
        (node, spans) ->
            spans.forEach(
                span -> places.putIfAbsent(span.context().spanId(), new Place(span, node))));
    List<Place> tops = hang(places);
    for (Place place : List.copyOf(places.values())) {
      addMissing(place, silent);
    }
    tops.forEach(TraceTree::align);
    tops.sort(Comparator.comparingLong(top -> top.start));
    return write(tops, places.values());
  }

  /** Hangs each under its parent; returns those that have none. */
  private static List<Place> hang(Map<String, Place> places) {
    List<Place> tops = new ArrayList<>();
    Map<String, Place> lost = new LinkedHashMap<>();
    for (Place place : places.values()) {
      SpanRecord record = place.record;
      if (record == null) {
        continue;
      }
      String above = TraceContext.hex(record.parent());
      Place parent = places.get(above);
      if (parent != null) {
        parent.below.add(place);
      } else if (record.isFirst() || record.attributes().containsKey(Tracing.DOOR)) {
        tops.add(place);
      } else {
        Place gap =
            lost.computeIfAbsent(
                above,
                id ->
                    new Place(
                        "above-" + id,
                        place.node,
                        "who asked for this is not known any more",
                        place.start));
        gap.below.add(place);
      }
    }
    tops.addAll(lost.values());
    return tops;
  }

  /** Who was asked for something and has recorded nothing has a line, too. */
  private static void addMissing(Place place, Map<NodeId, String> silent) {
    SpanRecord record = place.record;
    if (record == null || !(record.attributes().get(Span.TO) instanceof Long number)) {
      return;
    }
    NodeId to = new NodeId(number.intValue());
    if (place.below.stream().noneMatch(below -> below.node.equals(to))) {
      String why =
          silent.getOrDefault(
              to,
              to + " has recorded nothing: it was not reached, does not trace, or has forgotten");
      place.below.add(new Place("below-" + place.id, to, why, place.start));
    }
  }

  /** Clocks of nodes differ: what another node did for a span lies within it. */
  private static void align(Place place) {
    for (Place below : place.below) {
      if (place.record != null && below.record != null && !below.node.equals(place.node)) {
        long shift = shift(place, below);
        if (shift != 0) {
          below.shift(shift);
        }
      }
      align(below);
    }
    place.below.sort(Comparator.comparingLong(below -> below.start));
  }

  private static long shift(Place place, Place below) {
    boolean fits = place.hasEnded() && below.hasEnded();
    long room = fits ? (place.end - place.start) - (below.end - below.start) : -1;
    if (room >= 0 && (below.start < place.start || below.end > place.end)) {
      return place.start + room / 2 - below.start;
    }
    return room < 0 && below.start < place.start ? place.start - below.start : 0;
  }

  private static TraceTree write(List<Place> tops, Iterable<Place> all) {
    if (tops.isEmpty()) {
      return new TraceTree(List.of(), 0, -1);
    }
    Place first =
        tops.stream().filter(top -> top.record != null).findFirst().orElse(tops.getFirst());
    Place slowest = null;
    long most = 0;
    for (Place place : all) {
      if (place.counts() && place.self() > most) {
        most = place.self();
        slowest = place;
      }
    }
    Place bottleneck = first.hasEnded() ? new CriticalPath(first).heaviest() : null;
    long begin = Math.min(first.start, tops.getFirst().start);
    List<Line> lines = new ArrayList<>();
    var writer = new Writer(lines, begin, first.end, slowest, bottleneck);
    tops.forEach(top -> writer.write(top, "", 0));
    return new TraceTree(lines, begin, first.hasEnded() ? first.end - first.start : -1);
  }

  /**
   * What somebody waited for who waited for the first span: from its end backwards, each time the
   * line below that ended last before.
   */
  private static final class CriticalPath {
    private @Nullable Place heaviest;
    private long most = -1;

    CriticalPath(Place first) {
      walk(first, first.end, new HashSet<>());
    }

    private void walk(Place place, long until, Set<Place> walked) {
      long at = Math.min(until, place.end);
      long own = 0;
      List<Place> lastFirst =
          place.below.stream()
              .filter(Place::counts)
              .sorted(Comparator.comparingLong((Place below) -> below.end).reversed())
              .toList();
      for (Place below : lastFirst) {
        if (below.end <= at && below.end > place.start && walked.add(below)) {
          own += at - below.end;
          walk(below, below.end, walked);
          at = Math.max(below.start, place.start);
        }
      }
      own += Math.max(0, at - place.start);
      if (own > most) {
        most = own;
        heaviest = place;
      }
    }

    @Nullable Place heaviest() {
      return heaviest;
    }
  }

  private record Writer(
      List<Line> lines,
      long begin,
      long answered,
      @Nullable Place slowest,
      @Nullable Place bottleneck) {
    void write(Place place, String parent, int depth) {
      SpanRecord record = place.record;
      lines.add(
          new Line(
              place.id,
              parent,
              depth,
              place.node,
              record == null ? "missing" : record.name(),
              place.start - begin,
              place.hasEnded() ? place.end - place.start : -1,
              place.hasEnded() ? place.self() : 0,
              place.shifted,
              answered >= 0 && place.end > answered,
              mark(place),
              place.missing,
              record == null ? null : record.problem(),
              record == null ? Map.of() : record.attributes()));
      place.below.forEach(below -> write(below, place.id, depth + 1));
    }

    private Mark mark(Place place) {
      if (place == bottleneck) {
        return Mark.BOTTLENECK;
      }
      return place == slowest ? Mark.SLOWEST : Mark.NONE;
    }
  }
}
