package dev.troupe.range;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.StateStore;
import org.jspecify.annotations.Nullable;

/**
 * A batch of the state store, of which the versions are noted down: whoever fills it cannot forget.
 */
record WatchedBatch(StateStore.Batch batch, RecentWrites recent) implements StateStore.Batch {

  @Override
  public void put(Key key, Timestamp timestamp, byte[] value) {
    recent.wrote(key, timestamp);
    batch.put(key, timestamp, value);
  }

  @Override
  public void delete(Key key, Timestamp timestamp) {
    recent.wrote(key, timestamp);
    batch.delete(key, timestamp);
  }

  @Override
  public void write(Key key, Timestamp timestamp, byte @Nullable [] value, byte[] note) {
    recent.wrote(key, timestamp);
    batch.write(key, timestamp, value, note);
  }

  @Override
  public void putLocal(RangeId range, StateStore.LocalRecord record, byte[] value) {
    batch.putLocal(range, record, value);
  }

  @Override
  public void putSide(Key key, StateStore.SideKind kind, byte[] id, byte[] value) {
    batch.putSide(key, kind, id, value);
  }

  @Override
  public void deleteSide(Key key, StateStore.SideKind kind, byte[] id) {
    batch.deleteSide(key, kind, id);
  }

  @Override
  public long sizeBytes() {
    return batch.sizeBytes();
  }

  @Override
  public void commit() {
    batch.commit();
  }

  @Override
  public boolean tryCommit() {
    return batch.tryCommit();
  }

  @Override
  public void close() {
    batch.close();
  }
}
