package dev.troupe.rocksdb.persistence.state;

import dev.troupe.protocol.spi.SystemClocks;
import dev.troupe.protocol.spi.WallClock;
import dev.troupe.rocksdb.persistence.payload.PayloadSerialization;
import dev.troupe.rocksdb.persistence.payload.StoredPayload;
import dev.troupe.rocksdb.persistence.store.Family;
import dev.troupe.rocksdb.persistence.store.Frame;
import dev.troupe.rocksdb.persistence.store.PersistenceStore;
import dev.troupe.rocksdb.persistence.store.StoreView;
import java.io.NotSerializableException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.pekko.persistence.query.DeletedDurableState;
import org.apache.pekko.persistence.query.DurableStateChange;
import org.apache.pekko.persistence.query.Offset;
import org.apache.pekko.persistence.query.UpdatedDurableState;
import org.jspecify.annotations.Nullable;

/**
 * The durable states of a store. Writes serialize on the caller's thread and are checked against
 * the revision at the writer, so that of two writers one is refused; reads run on the given
 * executor and see every write called before them. Thread-safe.
 */
public final class StateTable {
  private final PersistenceStore store;
  private final PayloadSerialization payloads;
  private final Executor blocking;
  private final WallClock clock = SystemClocks.wall();

  public StateTable(PersistenceStore store, PayloadSerialization payloads, Executor blocking) {
    this.store = store;
    this.payloads = payloads;
    this.blocking = blocking;
  }

  PersistenceStore store() {
    return store;
  }

  /**
   * Fails with {@link StaleRevisionException} unless the revision is one above the stored one.
   *
   * @param tag empty for none
   */
  public CompletionStage<Void> upsert(
      String persistenceId, long revision, Object state, String tag) {
    StoredPayload payload;
    try {
      payload = payloads.serialize(state);
    } catch (NotSerializableException | RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
    return store.submit(
        new StateChange.Upsert(persistenceId, revision, payload, tag, clock.millis()));
  }

  /** Fails with DeleteRevisionException unless the revision is one above the stored one. */
  public CompletionStage<Void> delete(String persistenceId, long revision) {
    return store.submit(new StateChange.Delete(persistenceId, revision, clock.millis()));
  }

  /** Deletes whatever is there. */
  public CompletionStage<Void> delete(String persistenceId) {
    return store.submit(new StateChange.DeleteAny(persistenceId, clock.millis()));
  }

  public CompletionStage<StoredState> get(String persistenceId) {
    return store
        .settled(StateKeys.lane(persistenceId))
        .thenApplyAsync(
            nothing -> {
              try (StoreView view = store.view()) {
                StateHead head = head(view, persistenceId);
                return head == null
                    ? StoredState.NONE
                    : new StoredState(value(view, persistenceId, head), head.revision());
              }
            },
            blocking);
  }

  @Nullable StateHead head(StoreView view, String persistenceId) {
    byte[] key = StateKeys.head(persistenceId);
    byte[] frame = view.get(Family.STATES, key);
    return StateHead.decodeOrNull(key, frame, StateKeys.what(persistenceId));
  }

  /** A change as queries tell of it. */
  DurableStateChange<Object> change(StoreView view, String persistenceId, StateHead head) {
    Object value = value(view, persistenceId, head);
    Offset offset = Offset.sequence(head.offset());
    return value == null
        ? new DeletedDurableState<>(persistenceId, head.revision(), offset, head.timestampMillis())
        : new UpdatedDurableState<>(
            persistenceId, head.revision(), value, offset, head.timestampMillis());
  }

  private @Nullable Object value(StoreView view, String persistenceId, StateHead head) {
    if (head.deleted()) {
      return null;
    }
    String what = StateKeys.what(persistenceId);
    byte[] key = StateKeys.value(persistenceId);
    byte[] frame = view.get(Family.STATES, key);
    if (frame == null) {
      throw Frame.damaged(what, "revision " + head.revision() + " is missing");
    }
    return payloads.deserialize(Frame.open(key, frame, what, StoredPayload::readFrom), what);
  }
}
