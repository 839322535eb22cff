package dev.troupe.chaos.nodes;

import dev.troupe.chaos.check.Fingerprint;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.StateStore.LocalRecord;
import dev.troupe.protocol.spi.StateStore.SideKind;
import dev.troupe.protocol.spi.StateStore.SideRecord;
import dev.troupe.protocol.spi.StateStore.Version;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The replicated state of a store as it is after some batches. What the state store learns to keep
 * beside versions, side records and local records is kept here as well: give it a map, a {@link
 * Change}, a place in {@link #copyOf}, in {@link #clear} and in {@link #checksum}, and one in the
 * snapshots of {@link MemorySnapshotStore}.
 */
final class StateContent {
  /** One change of a batch. */
  sealed interface Change {
    /**
     * A version.
     *
     * @param note null when it has none
     */
    record Write(Key key, Version version, byte @Nullable [] note) implements Change {}

    /** Forgets a version that nobody can read any more. */
    record Forget(Key key, Timestamp timestamp) implements Change {}

    record PutSide(SideRecord record) implements Change {}

    record DeleteSide(Key key, SideKind kind, byte[] id) implements Change {}

    record Local(RangeId range, LocalRecord record, byte[] value) implements Change {}

    /** Removes what a range has. */
    record Clear(RangeId range, KeySpan span) implements Change {}

    /** Removes the local records of a range. */
    record ForgetRange(RangeId range) implements Change {}
  }

  private record LocalKey(long range, LocalRecord record) implements Comparable<LocalKey> {
    @Override
    public int compareTo(LocalKey other) {
      int byRange = Long.compare(range, other.range);
      return byRange != 0 ? byRange : record.compareTo(other.record);
    }
  }

  private record SideKey(Key key, int kind, byte[] id) implements Comparable<SideKey> {
    @Override
    public int compareTo(SideKey other) {
      int byKey = key.compareTo(other.key);
      int byKind = byKey == 0 ? Integer.compare(kind, other.kind) : byKey;
      return byKind == 0 ? Arrays.compareUnsigned(id, other.id) : byKind;
    }

    static SideKey first(Key key) {
      return new SideKey(key, 0, new byte[0]);
    }
  }

  private final NavigableMap<Key, NavigableMap<Timestamp, Version>> versions = new TreeMap<>();
  private final NavigableMap<Key, NavigableMap<Timestamp, byte[]>> notes = new TreeMap<>();
  private final NavigableMap<SideKey, SideRecord> sides = new TreeMap<>();
  private final NavigableMap<LocalKey, byte[]> locals = new TreeMap<>();

  static StateContent copyOf(StateContent other) {
    var copy = new StateContent();
    other.versions.forEach((key, known) -> copy.versions.put(key, new TreeMap<>(known)));
    other.notes.forEach((key, known) -> copy.notes.put(key, new TreeMap<>(known)));
    copy.sides.putAll(other.sides);
    copy.locals.putAll(other.locals);
    return copy;
  }

  void carryOut(Change change) {
    switch (change) {
      case Change.Write write -> write(write.key(), write.version(), write.note());
      case Change.Forget forget -> forget(forget.key(), forget.timestamp());
      case Change.PutSide put -> {
        SideRecord record = put.record();
        sides.put(new SideKey(record.key(), record.kind().number(), record.id()), record);
      }
      case Change.DeleteSide delete ->
          sides.remove(new SideKey(delete.key(), delete.kind().number(), delete.id()));
      case Change.Local local ->
          locals.put(new LocalKey(local.range().value(), local.record()), local.value());
      case Change.Clear clear -> clear(clear.range(), clear.span());
      case Change.ForgetRange forget -> forget(forget.range());
    }
  }

  private void write(Key key, Version version, byte @Nullable [] note) {
    Timestamp at = version.timestamp();
    versions.computeIfAbsent(key, k -> new TreeMap<>()).put(at, version);
    if (note != null) {
      notes.computeIfAbsent(key, k -> new TreeMap<>()).put(at, note);
    }
  }

  /** The notes of a key's versions; empty when none has one. */
  NavigableMap<Timestamp, byte[]> notes(Key key) {
    return notes.getOrDefault(key, Collections.emptyNavigableMap());
  }

  private void forget(Key key, Timestamp timestamp) {
    NavigableMap<Timestamp, byte[]> noted = notes.get(key);
    if (noted != null) {
      noted.remove(timestamp);
    }
    NavigableMap<Timestamp, Version> known = versions.get(key);
    if (known != null) {
      known.remove(timestamp);
      if (known.isEmpty()) {
        versions.remove(key);
      }
    }
  }

  private void clear(RangeId range, KeySpan span) {
    versions.subMap(span.start(), span.end()).clear();
    notes.subMap(span.start(), span.end()).clear();
    sidesOf(span).clear();
    forget(range);
  }

  private void forget(RangeId range) {
    for (LocalRecord record : LocalRecord.values()) {
      locals.remove(new LocalKey(range.value(), record));
    }
  }

  @Nullable Version newest(Key key, Timestamp at) {
    NavigableMap<Timestamp, Version> known = versions.get(key);
    Map.Entry<Timestamp, Version> entry = known == null ? null : known.floorEntry(at);
    return entry == null ? null : entry.getValue();
  }

  byte @Nullable [] local(RangeId range, LocalRecord record) {
    return locals.get(new LocalKey(range.value(), record));
  }

  byte @Nullable [] side(Key key, SideKind kind, byte[] id) {
    SideRecord found = sides.get(new SideKey(key, kind.number(), id));
    return found == null ? null : found.value();
  }

  /** All side records of a span, by key, kind and id. */
  Collection<SideRecord> sides(KeySpan span) {
    return sidesOf(span).values();
  }

  private NavigableMap<SideKey, SideRecord> sidesOf(KeySpan span) {
    return sides.subMap(SideKey.first(span.start()), true, SideKey.first(span.end()), false);
  }

  /** All versions of a span, by key and then from the oldest. */
  NavigableMap<Key, NavigableMap<Timestamp, Version>> versions(KeySpan span) {
    return versions.subMap(span.start(), true, span.end(), false);
  }

  /** Over everything that replicas of a range must agree on. */
  long checksum(RangeId range, KeySpan span) {
    long[] sum = {0};
    versions(span)
        .forEach(
            (key, known) ->
                known.forEach(
                    (at, version) -> {
                      byte[] value = version.value();
                      sum[0] = Fingerprint.mix(sum[0], Brief.digest(key.bytes()));
                      sum[0] = Fingerprint.mix(sum[0], at.value());
                      sum[0] = Fingerprint.mix(sum[0], value == null ? 1 : Brief.digest(value));
                      byte[] note = notes(key).get(at);
                      sum[0] = Fingerprint.mix(sum[0], note == null ? 1 : Brief.digest(note));
                    }));
    for (SideRecord record : sides(span)) {
      sum[0] = Fingerprint.mix(sum[0], Brief.digest(record.key().bytes()));
      sum[0] = Fingerprint.mix(sum[0], record.kind().number());
      sum[0] = Fingerprint.mix(sum[0], Brief.digest(record.id()));
      sum[0] = Fingerprint.mix(sum[0], Brief.digest(record.value()));
    }
    for (LocalRecord record : LocalRecord.values()) {
      byte[] value = local(range, record);
      sum[0] = Fingerprint.mix(sum[0], value == null ? 0 : Brief.digest(value));
    }
    return sum[0];
  }
}
