package dev.troupe.rocksdb.mvcc;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.StateStore.Noted;
import dev.troupe.protocol.spi.StateStore.SideKind;
import dev.troupe.protocol.spi.StateStore.SideRecord;
import dev.troupe.protocol.spi.StateStore.Version;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the state store should hold, in the simplest possible form. */
final class StateModel {
  /** Versions newest first. */
  private final TreeMap<Key, TreeMap<Timestamp, Version>> keys = new TreeMap<>();

  /** Side records by key, then by kind and id. */
  private final TreeMap<Key, TreeMap<Key, SideRecord>> sides = new TreeMap<>();

  /** Notes of versions, newest first. */
  private final TreeMap<Key, TreeMap<Timestamp, byte[]>> notes = new TreeMap<>();

  StateModel copy() {
    StateModel copy = new StateModel();
    notes.forEach(
        (key, known) -> {
          TreeMap<Timestamp, byte[]> copied = new TreeMap<>(Comparator.reverseOrder());
          copied.putAll(known);
          copy.notes.put(key, copied);
        });
    keys.forEach(
        (key, versions) -> {
          TreeMap<Timestamp, Version> copied = new TreeMap<>(Comparator.reverseOrder());
          copied.putAll(versions);
          copy.keys.put(key, copied);
        });
    sides.forEach((key, records) -> copy.sides.put(key, new TreeMap<>(records)));
    return copy;
  }

  void put(Key key, Timestamp timestamp, byte @Nullable [] value) {
    keys.computeIfAbsent(key, k -> new TreeMap<>(Comparator.reverseOrder()))
        .put(timestamp, new Version(timestamp, value));
  }

  /**
   * Notes a version, which is there.
   *
   * @param note null for none
   */
  void note(Key key, Timestamp timestamp, byte @Nullable [] note) {
    var known = notes.computeIfAbsent(key, k -> new TreeMap<>(Comparator.reverseOrder()));
    if (note == null) {
      known.remove(timestamp);
    } else {
      known.put(timestamp, note);
    }
  }

  @Nullable Noted noted(Key key, Timestamp after, byte[] beginning) {
    for (var entry : notes.getOrDefault(key, new TreeMap<>()).entrySet()) {
      byte[] note = entry.getValue();
      if (entry.getKey().compareTo(after) > 0
          && Arrays.equals(Arrays.copyOf(note, beginning.length), beginning)) {
        return new Noted(entry.getKey(), note);
      }
    }
    return null;
  }

  void clear(KeySpan span) {
    notes.subMap(span.start(), true, span.end(), false).clear();
    keys.subMap(span.start(), true, span.end(), false).clear();
    sides.subMap(span.start(), true, span.end(), false).clear();
  }

  void putSide(SideRecord record) {
    sides
        .computeIfAbsent(record.key(), k -> new TreeMap<>())
        .put(sideId(record.kind(), record.id()), record);
  }

  void deleteSide(Key key, SideKind kind, byte[] id) {
    sides.computeIfAbsent(key, k -> new TreeMap<>()).remove(sideId(kind, id));
  }

  byte @Nullable [] side(Key key, SideKind kind, byte[] id) {
    TreeMap<Key, SideRecord> records = sides.get(key);
    SideRecord record = records == null ? null : records.get(sideId(kind, id));
    return record == null ? null : record.value();
  }

  List<SideRecord> sides(KeySpan span) {
    return sides.subMap(span.start(), true, span.end(), false).values().stream()
        .flatMap(records -> records.values().stream())
        .toList();
  }

  boolean changedSince(KeySpan span, Timestamp after) {
    return keys.subMap(span.start(), true, span.end(), false).values().stream()
        .anyMatch(versions -> versions.firstKey().compareTo(after) > 0);
  }

  private static Key sideId(SideKind kind, byte[] id) {
    return Key.wrap(new byte[] {(byte) kind.number()}).append(id);
  }

  /** Leaves only what reads at or above the horizon can see. */
  void collect(Timestamp horizon) {
    for (TreeMap<Timestamp, Version> versions : keys.values()) {
      Map.Entry<Timestamp, Version> visible = versions.ceilingEntry(horizon);
      if (visible != null) {
        versions.tailMap(visible.getKey(), visible.getValue().isDeletion()).clear();
      }
    }
    notes.forEach((key, known) -> known.keySet().retainAll(keys.get(key).keySet()));
  }

  @Nullable Version newest(Key key, Timestamp at) {
    TreeMap<Timestamp, Version> versions = keys.get(key);
    if (versions == null) {
      return null;
    }
    Map.Entry<Timestamp, Version> found = versions.ceilingEntry(at);
    return found == null ? null : found.getValue();
  }

  /** Rows as text. */
  List<String> scan(KeySpan span, Timestamp at, boolean reverse) {
    NavigableMap<Key, TreeMap<Timestamp, Version>> inside =
        keys.subMap(span.start(), true, span.end(), false);
    List<String> rows = new ArrayList<>();
    for (Key key : reverse ? inside.descendingKeySet() : inside.navigableKeySet()) {
      Version version = newest(key, at);
      if (version != null && version.value() != null) {
        rows.add(row(key, version.timestamp(), version.value()));
      }
    }
    return rows;
  }

  static String row(Key key, Timestamp timestamp, byte[] value) {
    return key + "@" + timestamp + "=" + new String(value, StandardCharsets.ISO_8859_1);
  }
}
