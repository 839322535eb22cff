package dev.troupe.node.trace;

import dev.troupe.node.config.NodeSettings;
import dev.troupe.protocol.trace.Span;
import dev.troupe.protocol.trace.SpanRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What this node has recorded: its parts of the latest traces, and of the slowest of those before
 * them. In memory, bounded by the numbers of traces and of spans in each; forgotten with the
 * process. Any thread.
 */
public final class TraceBook {
  /**
   * A trace whose request came in at a door here.
   *
   * @param first the door's span
   * @param spans recorded here
   * @param dropped spans that found no room
   * @param slow whether it is kept for being slow
   */
  public record Seen(TraceId id, SpanRecord first, int spans, int dropped, boolean slow) {}

  private static final class Part {
    private final List<Span> spans = new ArrayList<>(8);
    private int dropped;
    private boolean slow;
    // Once it is kept for being slow.
    private long keptNanos;

    /** How long the longest of what was begun here for others has taken, or for a client. */
    long nanos() {
      long longest = 0;
      for (Span span : spans) {
        SpanRecord record = span.record();
        if (record.isFirst() || record.parentElsewhere()) {
          longest = Math.max(longest, record.durationNanos());
        }
      }
      return longest;
    }
  }

  private final int latestMax;
  private final int slowestMax;
  private final int spansMax;
  private final LinkedHashMap<TraceId, Part> latest = new LinkedHashMap<>();
  private final Map<TraceId, Part> slowest = new HashMap<>();

  public TraceBook(NodeSettings.Tracing settings) {
    latestMax = settings.keepLatest();
    slowestMax = settings.keepSlowest();
    spansMax = settings.spansPerTrace();
  }

  /** Keeps a span that has begun; how it ends shows in the span. */
  synchronized void started(Span span) {
    TraceId id = TraceId.of(span.context());
    Part part = latest.get(id);
    if (part == null) {
      part = slowest.get(id);
    }
    if (part == null) {
      part = new Part();
      latest.put(id, part);
      if (latest.size() > latestMax) {
        Iterator<Map.Entry<TraceId, Part>> eldest = latest.entrySet().iterator();
        Map.Entry<TraceId, Part> leaving = eldest.next();
        eldest.remove();
        keepIfSlow(leaving.getKey(), leaving.getValue());
      }
    }
    if (part.spans.size() < spansMax) {
      part.spans.add(span);
    } else {
      part.dropped++;
    }
  }

  private void keepIfSlow(TraceId id, Part part) {
    part.slow = true;
    part.keptNanos = part.nanos();
    slowest.put(id, part);
    if (slowest.size() > slowestMax) {
      slowest.entrySet().stream()
          .min(Comparator.comparingLong(entry -> entry.getValue().keptNanos))
          .ifPresent(quickest -> slowest.remove(quickest.getKey()));
    }
  }

  /** Traces that are kept here. */
  public synchronized int size() {
    return latest.size() + slowest.size();
  }

  /** This node's part of a trace, in the order of begins; empty when nothing is kept of it. */
  public List<SpanRecord> part(TraceId id) {
    return copy(id).stream().map(Span::record).toList();
  }

  private synchronized List<Span> copy(TraceId id) {
    Part part = find(id);
    return part == null ? List.of() : List.copyOf(part.spans);
  }

  private @Nullable Part find(TraceId id) {
    Part part = latest.get(id);
    return part == null ? slowest.get(id) : part;
  }

  /** The traces that have begun at doors here, newest first. */
  public synchronized List<Seen> seen() {
    List<Seen> all = new ArrayList<>();
    latest.sequencedEntrySet().reversed().forEach(each -> add(all, each.getKey(), each.getValue()));
    slowest.forEach((id, part) -> add(all, id, part));
    // Stable: of those that a coarse clock cannot tell apart, the one that came last is first.
    all.sort(Comparator.comparingLong((Seen seen) -> seen.first().startMicros()).reversed());
    return all;
  }

  private static void add(List<Seen> all, TraceId id, Part part) {
    for (Span span : part.spans) {
      SpanRecord record = span.record();
      if (record.attributes().containsKey(Tracing.DOOR)) {
        all.add(new Seen(id, record, part.spans.size(), part.dropped, part.slow));
        return;
      }
    }
  }
}
