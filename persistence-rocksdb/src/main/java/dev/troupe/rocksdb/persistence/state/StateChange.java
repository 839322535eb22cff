package dev.troupe.rocksdb.persistence.state;

import dev.troupe.rocksdb.persistence.payload.StoredPayload;
import dev.troupe.rocksdb.persistence.store.ChangeSignals;
import dev.troupe.rocksdb.persistence.store.Family;
import dev.troupe.rocksdb.persistence.store.Frame;
import dev.troupe.rocksdb.persistence.store.StoreWork;
import dev.troupe.rocksdb.persistence.store.StoredText;
import dev.troupe.rocksdb.persistence.store.WriteContext;
import java.util.List;
import org.apache.pekko.persistence.state.exception.DeleteRevisionException;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.jspecify.annotations.Nullable;

/** One change of a durable state, checked against its revision at the writer. */
abstract sealed class StateChange implements StoreWork {
  private static final int INDEX_BYTES = 256;

  final String persistenceId;
  private final String entityType;
  private final long timestampMillis;
  private volatile String announcedTag = "";

  private StateChange(String persistenceId, long timestampMillis) {
    this.persistenceId = persistenceId;
    this.entityType = PersistenceId.extractEntityType(persistenceId);
    this.timestampMillis = timestampMillis;
  }

  @Override
  public final List<String> lanes() {
    return List.of(StateKeys.lane(persistenceId));
  }

  @Override
  public int sizeBytes() {
    return INDEX_BYTES + 4 * persistenceId.length();
  }

  @Override
  public final void announce(ChangeSignals signals) {
    if (signals.isWatched()) {
      signals.changed(StateKeys.topic(StateKeys.OF_TAG, announcedTag));
      signals.changed(StateKeys.topic(StateKeys.OF_TYPE, entityType));
    }
  }

  final @Nullable StateHead readHead(WriteContext context) {
    byte[] key = StateKeys.head(persistenceId);
    byte[] frame = context.get(Family.STATES, key);
    return StateHead.decodeOrNull(key, frame, StateKeys.what(persistenceId));
  }

  /** Puts the new head, and moves the persistence id to the end of its tag's and type's changes. */
  final void putHead(
      WriteContext context, @Nullable StateHead before, long revision, String tag, boolean gone) {
    if (before != null) {
      deleteChange(context, StateKeys.OF_TAG, before.tag(), before.offset());
      deleteChange(context, StateKeys.OF_TYPE, entityType, before.offset());
    }
    long offset = context.nextOffset();
    byte[] key = StateKeys.head(persistenceId);
    StateHead head = new StateHead(revision, offset, timestampMillis, tag, gone);
    context.put(Family.STATES, key, head.encode(key));
    putChange(context, StateKeys.OF_TAG, tag, offset);
    putChange(context, StateKeys.OF_TYPE, entityType, offset);
    announcedTag = tag;
  }

  private void putChange(WriteContext context, int kind, String name, long offset) {
    if (kind == StateKeys.OF_TYPE || !name.isEmpty()) {
      byte[] key = StateKeys.change(kind, name, offset);
      context.put(Family.STATE_CHANGES, key, StoredText.encode(key, persistenceId));
    }
  }

  private static void deleteChange(WriteContext context, int kind, String name, long offset) {
    if (kind == StateKeys.OF_TYPE || !name.isEmpty()) {
      context.delete(Family.STATE_CHANGES, StateKeys.change(kind, name, offset));
    }
  }

  private static long revisionOf(@Nullable StateHead head) {
    return head == null ? 0 : head.revision();
  }

  /** Writes a state whose revision is the next one. */
  static final class Upsert extends StateChange {
    private final long revision;
    private final StoredPayload state;
    private final String tag;

    Upsert(
        String persistenceId,
        long revision,
        StoredPayload state,
        String tag,
        long timestampMillis) {
      super(persistenceId, timestampMillis);
      this.revision = revision;
      this.state = state;
      this.tag = tag;
    }

    @Override
    public int sizeBytes() {
      return super.sizeBytes() + state.sizeBytes();
    }

    @Override
    public void apply(WriteContext context) {
      StateHead before = readHead(context);
      long expected = revisionOf(before) + 1;
      if (revision != expected) {
        throw new StaleRevisionException(
            StateKeys.what(persistenceId)
                + " is at revision "
                + (expected - 1)
                + ": revision "
                + revision
                + " was not written, it would have to be "
                + expected
                + ". Read the state again");
      }
      byte[] key = StateKeys.value(persistenceId);
      byte[] frame = state.writeTo(Frame.begin(state.sizeBytes())).toBytes();
      context.put(Family.STATES, key, Frame.seal(key, frame));
      putHead(context, before, revision, tag, false);
    }
  }

  /** Deletes a state when the revision of the deletion is the next one. */
  static final class Delete extends StateChange {
    private final long revision;

    Delete(String persistenceId, long revision, long timestampMillis) {
      super(persistenceId, timestampMillis);
      this.revision = revision;
    }

    @Override
    public void apply(WriteContext context) {
      StateHead before = readHead(context);
      long expected = revisionOf(before) + 1;
      if (revision != expected) {
        throw new DeleteRevisionException(
            StateKeys.what(persistenceId)
                + " is at revision "
                + (expected - 1)
                + ": it was not deleted with revision "
                + revision
                + ", which would have to be "
                + expected
                + ". Read the state again");
      }
      context.delete(Family.STATES, StateKeys.value(persistenceId));
      putHead(context, before, revision, before == null ? "" : before.tag(), true);
    }
  }

  /** Deletes a state whatever its revision; nothing happens when there is none. */
  static final class DeleteAny extends StateChange {
    DeleteAny(String persistenceId, long timestampMillis) {
      super(persistenceId, timestampMillis);
    }

    @Override
    public void apply(WriteContext context) {
      StateHead before = readHead(context);
      if (before != null && !before.deleted()) {
        context.delete(Family.STATES, StateKeys.value(persistenceId));
        putHead(context, before, before.revision() + 1, before.tag(), true);
      }
    }
  }
}
