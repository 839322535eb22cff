package dev.troupe.range;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.StateStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A state store in maps. Remembers a copy of itself at each commit, to crash back to. */
class MemoryStateStore implements StateStore {
  private final NavigableMap<Key, NavigableMap<Timestamp, Version>> versions = new TreeMap<>();
  private final Map<String, byte[]> locals = new HashMap<>();
  private final NavigableMap<SideKey, SideRecord> sides = new TreeMap<>();
  private final Map<Key, NavigableMap<Timestamp, byte[]>> notes = new TreeMap<>();
  private int commits;

  /** Set while nothing may be read: what was to be known without the store must be. */
  boolean readsForbidden;

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

  int commits() {
    return commits;
  }

  private void requireReads() {
    if (readsForbidden) {
      throw new AssertionError("the store was read");
    }
  }

  /** Everything that is stored, readable and comparable. */
  List<String> dump() {
    HexFormat hex = HexFormat.of();
    var all = new ArrayList<String>();
    versions.forEach(
        (key, known) ->
            known.forEach(
                (at, version) -> {
                  byte[] value = version.value();
                  all.add(key + "@" + at + "=" + (value == null ? "-" : hex.formatHex(value)));
                }));
    notes.forEach(
        (key, known) ->
            known.forEach((at, note) -> all.add(key + "@" + at + " noted " + hex.formatHex(note))));
    sides.forEach(
        (key, record) ->
            all.add(
                key.key()
                    + "/"
                    + record.kind()
                    + "/"
                    + hex.formatHex(record.id())
                    + "="
                    + hex.formatHex(record.value())));
    new TreeMap<>(locals).forEach((name, value) -> all.add(name + "=" + hex.formatHex(value)));
    return all;
  }

  @Override
  public Batch newBatch() {
    return new MemoryBatch();
  }

  @Override
  public @Nullable Version newest(Key key, Timestamp at, ReadMode mode) {
    requireReads();
    var known = versions.get(key);
    var entry = known == null ? null : known.floorEntry(at);
    return entry == null ? null : entry.getValue();
  }

  @Override
  public @Nullable Noted noted(Key key, Timestamp after, byte[] beginning) {
    requireReads();
    NavigableMap<Timestamp, byte[]> known = notes.get(key);
    if (known != null) {
      for (var entry : known.tailMap(after, false).descendingMap().entrySet()) {
        byte[] note = entry.getValue();
        if (Arrays.equals(Arrays.copyOf(note, beginning.length), beginning)) {
          return new Noted(entry.getKey(), note);
        }
      }
    }
    return null;
  }

  @Override
  public Scan scan(KeySpan span, Timestamp at, boolean reverse) {
    var rows = new ArrayList<Map.Entry<Key, Version>>();
    for (Key key : versions.subMap(span.start(), span.end()).keySet()) {
      Version version = newest(key, at, ReadMode.MAY_BLOCK);
      if (version != null && !version.isDeletion()) {
        rows.add(Map.entry(key, version));
      }
    }
    return new MemoryScan((reverse ? rows.reversed() : rows).iterator());
  }

  @Override
  public byte @Nullable [] getSide(Key key, SideKind kind, byte[] id, ReadMode mode) {
    requireReads();
    SideRecord found = sides.get(new SideKey(key, kind.number(), id));
    return found == null ? null : found.value();
  }

  @Override
  public SideScan scanSide(KeySpan span) {
    requireReads();
    return new MemorySideScan(new TreeMap<>(sidesOf(span)));
  }

  private NavigableMap<SideKey, SideRecord> sidesOf(KeySpan span) {
    return sides.subMap(SideKey.first(span.start()), true, SideKey.first(span.end()), false);
  }

  @Override
  public boolean changedSince(KeySpan span, Timestamp after) {
    requireReads();
    return versions.subMap(span.start(), span.end()).values().stream()
        .anyMatch(known -> !known.isEmpty() && known.lastKey().compareTo(after) > 0);
  }

  @Override
  public byte @Nullable [] getLocal(RangeId range, LocalRecord record) {
    return locals.get(range + "/" + record);
  }

  @Override
  public void flush() {}

  @Override
  public void clear(RangeId range, KeySpan span) {
    versions.subMap(span.start(), span.end()).clear();
    notes.keySet().removeIf(span::contains);
    sidesOf(span).clear();
    forget(range);
  }

  @Override
  public void forget(RangeId range) {
    locals.keySet().removeIf(key -> key.startsWith(range + "/"));
  }

  @Override
  public long approximateBytes(KeySpan span) {
    return versions.subMap(span.start(), span.end()).size();
  }

  @Override
  public Collected collect(KeySpan span, Timestamp horizon, int maxVersions) {
    long seen = 0;
    long removed = 0;
    for (Key key : List.copyOf(versions.subMap(span.start(), span.end()).keySet())) {
      if (seen >= maxVersions) {
        return new Collected(key, seen, removed, removed);
      }
      NavigableMap<Timestamp, Version> known = versions.get(key);
      seen += known.size();
      var visible = known.floorEntry(horizon);
      if (visible == null) {
        continue;
      }
      var old = known.headMap(visible.getKey(), visible.getValue().isDeletion());
      removed += old.size();
      if (notes.containsKey(key)) {
        notes.get(key).keySet().removeAll(old.keySet());
      }
      old.clear();
      if (known.isEmpty()) {
        versions.remove(key);
      }
    }
    return new Collected(null, seen, removed, removed);
  }

  @Override
  public void compact(KeySpan span) {}

  /** Whether a commit would have to wait for the disk. */
  volatile boolean wouldWait;

  private final class MemoryBatch implements Batch {
    private final List<Runnable> changes = new ArrayList<>();

    @Override
    public void put(Key key, Timestamp timestamp, byte[] value) {
      add(key, new Version(timestamp, value));
    }

    @Override
    public void delete(Key key, Timestamp timestamp) {
      add(key, new Version(timestamp, null));
    }

    @Override
    public void write(Key key, Timestamp timestamp, byte @Nullable [] value, byte[] note) {
      add(key, new Version(timestamp, value));
      changes.add(() -> notes.computeIfAbsent(key, k -> new TreeMap<>()).put(timestamp, note));
    }

    private void add(Key key, Version version) {
      changes.add(
          () ->
              versions
                  .computeIfAbsent(key, k -> new TreeMap<>(Comparator.naturalOrder()))
                  .put(version.timestamp(), version));
    }

    @Override
    public void putLocal(RangeId range, LocalRecord record, byte[] value) {
      changes.add(() -> locals.put(range + "/" + record, value));
    }

    @Override
    public void putSide(Key key, SideKind kind, byte[] id, byte[] value) {
      SideRecord record = new SideRecord(key, kind, id, value);
      changes.add(() -> sides.put(new SideKey(key, kind.number(), id), record));
    }

    @Override
    public void deleteSide(Key key, SideKind kind, byte[] id) {
      changes.add(() -> sides.remove(new SideKey(key, kind.number(), id)));
    }

    @Override
    public long sizeBytes() {
      return changes.size();
    }

    @Override
    public void commit() {
      if (!changes.isEmpty()) {
        commits++;
      }
      changes.forEach(Runnable::run);
      changes.clear();
    }

    @Override
    public boolean tryCommit() {
      if (wouldWait) {
        return false;
      }
      commit();
      return true;
    }

    @Override
    public void close() {}
  }

  private static final class MemoryScan implements Scan {
    private final Iterator<Map.Entry<Key, Version>> rows;
    private Map.@Nullable Entry<Key, Version> current;

    MemoryScan(Iterator<Map.Entry<Key, Version>> rows) {
      this.rows = rows;
    }

    @Override
    public boolean next() {
      current = rows.hasNext() ? rows.next() : null;
      return current != null;
    }

    private Map.Entry<Key, Version> current() {
      var row = current;
      if (row == null) {
        throw new IllegalStateException("no row");
      }
      return row;
    }

    @Override
    public Key key() {
      return current().getKey();
    }

    @Override
    public Timestamp timestamp() {
      return current().getValue().timestamp();
    }

    @Override
    public byte[] value() {
      byte[] value = current().getValue().value();
      return value == null ? new byte[0] : value;
    }

    @Override
    public void close() {}
  }

  private static final class MemorySideScan implements SideScan {
    private final NavigableMap<SideKey, SideRecord> all;
    private Iterator<SideRecord> rows;
    private @Nullable SideRecord current;

    MemorySideScan(NavigableMap<SideKey, SideRecord> all) {
      this.all = all;
      this.rows = all.values().iterator();
    }

    @Override
    public void seek(Key key, SideKind kind, byte[] id) {
      rows = all.tailMap(new SideKey(key, kind.number(), id), true).values().iterator();
    }

    @Override
    public boolean next() {
      current = rows.hasNext() ? rows.next() : null;
      return current != null;
    }

    @Override
    public SideRecord record() {
      SideRecord row = current;
      if (row == null) {
        throw new IllegalStateException("no record");
      }
      return row;
    }

    @Override
    public void close() {}
  }
}
