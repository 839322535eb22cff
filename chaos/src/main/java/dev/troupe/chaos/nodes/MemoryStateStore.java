package dev.troupe.chaos.nodes;

import dev.troupe.chaos.nodes.StateContent.Change;
import dev.troupe.chaos.sim.SimRandom;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.StateStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A state store of which a crash leaves some prefix of the committed batches, at least what was
 * flushed. Outlives the lives of its node.
 */
final class MemoryStateStore implements StateStore {
  private static final int OVERHEAD_BYTES = 24;

  private final NodeWorld world;
  private final SimRandom random;
  private StateContent visible = new StateContent();
  private StateContent flushed = new StateContent();
  private final List<List<Change>> unflushed = new ArrayList<>();

  MemoryStateStore(NodeWorld world, SimRandom random) {
    this.world = world;
    this.random = random;
  }

  /** What is there now. */
  StateContent content() {
    return visible;
  }

  /** Power is cut. */
  void crash() {
    int survive = random.nextInt(unflushed.size() + 1);
    if (survive < unflushed.size()) {
      world.coverage().reached(NodeRare.UNFLUSHED_STATE_LOST);
    }
    unflushed.subList(0, survive).forEach(batch -> batch.forEach(flushed::carryOut));
    unflushed.clear();
    visible = StateContent.copyOf(flushed);
  }

  /** Replaces all that a range has, durably, and with it everything committed before. */
  void replace(RangeId range, KeySpan span, List<Change> content) {
    var batch = new ArrayList<Change>();
    batch.add(new Change.Clear(range, span));
    batch.addAll(content);
    commit(batch);
    flush();
  }

  private void commit(List<Change> changes) {
    if (!changes.isEmpty()) {
      changes.forEach(visible::carryOut);
      unflushed.add(List.copyOf(changes));
    }
  }

  @Override
  public Batch newBatch() {
    return new MemoryBatch();
  }

  @Override
  public @Nullable Version newest(Key key, Timestamp at, ReadMode mode) {
    hit(mode);
    return visible.newest(key, at);
  }

  @Override
  public @Nullable Noted noted(Key key, Timestamp after, byte[] beginning) {
    for (var entry : visible.notes(key).tailMap(after, false).descendingMap().entrySet()) {
      byte[] note = entry.getValue();
      if (Arrays.equals(Arrays.copyOf(note, beginning.length), beginning)) {
        return new Noted(entry.getKey(), note);
      }
    }
    return null;
  }

  @Override
  public Scan scan(KeySpan span, Timestamp at, boolean reverse) {
    var rows = new ArrayList<Row>();
    visible
        .versions(span)
        .forEach(
            (key, known) -> {
              var entry = known.floorEntry(at);
              byte[] value = entry == null ? null : entry.getValue().value();
              if (entry != null && value != null) {
                rows.add(new Row(key, entry.getKey(), value));
              }
            });
    return new MemoryScan(reverse ? rows.reversed() : rows);
  }

  @Override
  public byte @Nullable [] getSide(Key key, SideKind kind, byte[] id, ReadMode mode) {
    hit(mode);
    return visible.side(key, kind, id);
  }

  private void hit(ReadMode mode) {
    if (mode == ReadMode.CACHE_ONLY && random.chance(world.options().disk().cacheMiss())) {
      throw WouldBlock.INSTANCE;
    }
  }

  @Override
  public SideScan scanSide(KeySpan span) {
    return new MemorySideScan(List.copyOf(visible.sides(span)));
  }

  @Override
  public boolean changedSince(KeySpan span, Timestamp after) {
    return visible.versions(span).values().stream()
        .anyMatch(known -> known.lastKey().compareTo(after) > 0);
  }

  @Override
  public byte @Nullable [] getLocal(RangeId range, LocalRecord record) {
    return visible.local(range, record);
  }

  @Override
  public byte @Nullable [] getDurableLocal(RangeId range, LocalRecord record) {
    return flushed.local(range, record);
  }

  @Override
  public void flush() {
    unflushed.forEach(batch -> batch.forEach(flushed::carryOut));
    unflushed.clear();
  }

  @Override
  public void clear(RangeId range, KeySpan span) {
    commit(List.of(new Change.Clear(range, span)));
  }

  @Override
  public void forget(RangeId range) {
    commit(List.of(new Change.ForgetRange(range)));
  }

  @Override
  public Collected collect(KeySpan span, Timestamp horizon, int maxVersions) {
    var changes = new ArrayList<Change>();
    long seen = 0;
    Key resume = null;
    for (var row : visible.versions(span).entrySet()) {
      if (seen >= maxVersions) {
        resume = row.getKey();
        break;
      }
      var known = row.getValue();
      seen += known.size();
      var newest = known.floorEntry(horizon);
      if (newest != null) {
        known
            .headMap(newest.getKey(), newest.getValue().isDeletion())
            .keySet()
            .forEach(at -> changes.add(new Change.Forget(row.getKey(), at)));
      }
    }
    commit(changes);
    return new Collected(resume, seen, changes.size(), (long) OVERHEAD_BYTES * changes.size());
  }

  @Override
  public void compact(KeySpan span) {}

  @Override
  public long approximateBytes(KeySpan span) {
    return 100L * visible.versions(span).size();
  }

  private final class MemoryBatch implements Batch {
    private final List<Change> changes = new ArrayList<>();
    private long bytes;

    @Override
    public void put(Key key, Timestamp timestamp, byte[] value) {
      changes.add(new Change.Write(key, new Version(timestamp, value), null));
      bytes += OVERHEAD_BYTES + key.length() + value.length;
    }

    @Override
    public void delete(Key key, Timestamp timestamp) {
      changes.add(new Change.Write(key, new Version(timestamp, null), null));
      bytes += OVERHEAD_BYTES + key.length();
    }

    @Override
    public void write(Key key, Timestamp timestamp, byte @Nullable [] value, byte[] note) {
      changes.add(new Change.Write(key, new Version(timestamp, value), note));
      bytes += OVERHEAD_BYTES + key.length() + note.length + (value == null ? 0 : value.length);
    }

    @Override
    public void putLocal(RangeId range, LocalRecord record, byte[] value) {
      changes.add(new Change.Local(range, record, value));
      bytes += OVERHEAD_BYTES + value.length;
    }

    @Override
    public void putSide(Key key, SideKind kind, byte[] id, byte[] value) {
      changes.add(new Change.PutSide(new SideRecord(key, kind, id, value)));
      bytes += OVERHEAD_BYTES + key.length() + value.length;
    }

    @Override
    public void deleteSide(Key key, SideKind kind, byte[] id) {
      changes.add(new Change.DeleteSide(key, kind, id));
      bytes += OVERHEAD_BYTES + key.length();
    }

    @Override
    public long sizeBytes() {
      return bytes;
    }

    @Override
    public void commit() {
      MemoryStateStore.this.commit(changes);
      close();
    }

    @Override
    public boolean tryCommit() {
      if (random.chance(world.options().disk().writeStall())) {
        world.coverage().reached(NodeRare.WRITERS_HELD_UP);
        return false;
      }
      commit();
      return true;
    }

    @Override
    public void close() {
      changes.clear();
      bytes = 0;
    }
  }

  private static final class MemorySideScan implements SideScan {
    private final List<SideRecord> records;
    private int next;

    MemorySideScan(List<SideRecord> records) {
      this.records = records;
    }

    @Override
    public void seek(Key key, SideKind kind, byte[] id) {
      next = 0;
      while (next < records.size() && compare(records.get(next), key, kind, id) < 0) {
        next++;
      }
    }

    private static int compare(SideRecord record, Key key, SideKind kind, byte[] id) {
      int byKey = record.key().compareTo(key);
      if (byKey != 0) {
        return byKey;
      }
      int byKind = Integer.compare(record.kind().number(), kind.number());
      return byKind != 0 ? byKind : Arrays.compareUnsigned(record.id(), id);
    }

    @Override
    public boolean next() {
      return next++ < records.size();
    }

    @Override
    public SideRecord record() {
      return records.get(next - 1);
    }

    @Override
    public void close() {}
  }

  private record Row(Key key, Timestamp timestamp, byte[] value) {}

  private static final class MemoryScan implements Scan {
    private final List<Row> rows;
    private int next;

    MemoryScan(List<Row> rows) {
      this.rows = rows;
    }

    @Override
    public boolean next() {
      return next++ < rows.size();
    }

    @Override
    public Key key() {
      return rows.get(next - 1).key();
    }

    @Override
    public Timestamp timestamp() {
      return rows.get(next - 1).timestamp();
    }

    @Override
    public byte[] value() {
      return rows.get(next - 1).value();
    }

    @Override
    public void close() {}
  }
}
