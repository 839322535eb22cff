package dev.troupe.txn;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.spi.KvRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Divides keys and spans, both in order, by the ranges that are believed to hold them. */
final class Partition {
  private final RangeMap ranges;
  private final long deadline;
  private final List<KvRequest.Change> changes;
  private final List<KeySpan> reads;
  private final Consumer<@Nullable List<Part>> reply;
  private final TreeMap<Key, Part> parts = new TreeMap<>();
  private int nextChange;
  private int nextRead;
  private @Nullable KeySpan rest;
  // A loop instead of recursion when ranges are known, which they nearly always are.
  private boolean looping;
  private boolean answered;

  private Partition(
      RangeMap ranges,
      long deadline,
      List<KvRequest.Change> changes,
      List<KeySpan> reads,
      Consumer<@Nullable List<Part>> reply) {
    this.ranges = ranges;
    this.deadline = deadline;
    this.changes = changes;
    this.reads = reads;
    this.reply = reply;
  }

  /**
   * Divides.
   *
   * @param reply gets the parts in order of keys, or null when a range was not found in time; on
   *     the thread on which the last range was found
   */
  static void of(
      RangeMap ranges,
      long deadline,
      List<KvRequest.Change> changes,
      List<KeySpan> reads,
      Consumer<@Nullable List<Part>> reply) {
    new Partition(ranges, deadline, changes, reads, reply).go();
  }

  private void go() {
    looping = true;
    do {
      answered = false;
      Key wanted = place();
      if (wanted == null) {
        reply.accept(new ArrayList<>(parts.values()));
        return;
      }
      ranges.whereIs(wanted, deadline, this::found);
    } while (answered);
    looping = false;
  }

  private void found(@Nullable RangeDescriptor range) {
    if (range == null) {
      reply.accept(null);
      return;
    }
    parts.put(range.span().start(), new Part(range.span()));
    if (looping) {
      answered = true;
    } else {
      go();
    }
  }

  /** Puts everything into known parts; returns a key of which the range is not known yet. */
  private @Nullable Key place() {
    while (nextChange < changes.size()) {
      KvRequest.Change change = changes.get(nextChange);
      Part part = holding(change.key());
      if (part == null) {
        return change.key();
      }
      part.changes().add(change);
      nextChange++;
    }
    while (nextRead < reads.size()) {
      KeySpan span = rest == null ? reads.get(nextRead) : rest;
      Part part = holding(span.start());
      if (part == null) {
        return span.start();
      }
      boolean whole = span.end().compareTo(part.owned().end()) <= 0;
      part.reads().add(whole ? span : new KeySpan(span.start(), part.owned().end()));
      rest = whole ? null : new KeySpan(part.owned().end(), span.end());
      nextRead += whole ? 1 : 0;
    }
    return null;
  }

  private @Nullable Part holding(Key key) {
    var entry = parts.floorEntry(key);
    return entry != null && entry.getValue().owned().contains(key) ? entry.getValue() : null;
  }
}
