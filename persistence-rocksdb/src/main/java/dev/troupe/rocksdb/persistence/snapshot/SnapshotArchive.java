package dev.troupe.rocksdb.persistence.snapshot;

import dev.troupe.rocksdb.persistence.payload.PayloadSerialization;
import dev.troupe.rocksdb.persistence.payload.StoredPayload;
import dev.troupe.rocksdb.persistence.store.Family;
import dev.troupe.rocksdb.persistence.store.Frame;
import dev.troupe.rocksdb.persistence.store.KeyCodec;
import dev.troupe.rocksdb.persistence.store.PersistenceStore;
import dev.troupe.rocksdb.persistence.store.RowCursor;
import dev.troupe.rocksdb.persistence.store.StoreView;
import java.io.NotSerializableException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.pekko.persistence.SelectedSnapshot;
import org.apache.pekko.persistence.SnapshotMetadata;
import org.apache.pekko.persistence.SnapshotSelectionCriteria;
import scala.jdk.javaapi.OptionConverters;

/**
 * The duties of a Pekko snapshot store without its actor. Serialization and reads run on the given
 * executor. Thread-safe.
 *
 * <p>A load returns the newest snapshot that fits; when that one is damaged the load fails, because
 * the events that an older one would need may be deleted.
 */
public final class SnapshotArchive {
  private static final int INLINE_BYTES_MAX = 64 << 10;
  private static final int DELETIONS_AT_ONCE = 500;

  private final PersistenceStore store;
  private final PayloadSerialization payloads;
  private final Executor blocking;

  /** Blocking: discards what an interrupted upload has left behind. */
  public SnapshotArchive(PersistenceStore store, PayloadSerialization payloads, Executor blocking) {
    this.store = store;
    this.payloads = payloads;
    this.blocking = blocking;
    unfinishedUploads().forEach(upload -> store.submit(new SnapshotWorks.DiscardUpload(upload)));
  }

  /** Completes when the snapshot is durable; replaces one with the same sequence number. */
  public CompletionStage<Void> save(SnapshotMetadata metadata, Object snapshot) {
    return CompletableFuture.supplyAsync(() -> serialize(snapshot), blocking)
        .thenCompose(payload -> save(metadata, payload));
  }

  /** The newest snapshot within the criteria. */
  public CompletionStage<Optional<SelectedSnapshot>> load(
      String persistenceId, SnapshotSelectionCriteria criteria) {
    return store
        .settled(SnapshotWorks.lane(persistenceId))
        .thenApplyAsync(nothing -> loadNow(persistenceId, criteria), blocking);
  }

  /** Deletes one snapshot, also a damaged one; a timestamp of 0 stands for any. */
  public CompletionStage<Void> delete(SnapshotMetadata one) {
    long sequenceNr = one.sequenceNr();
    boolean dated = one.timestamp() != 0;
    return delete(
        one.persistenceId(),
        new SnapshotSelectionCriteria(
            sequenceNr,
            dated ? one.timestamp() : Long.MAX_VALUE,
            sequenceNr,
            dated ? one.timestamp() : 0));
  }

  /** Deletes all within the criteria; damaged ones, too, when they do not ask for a time. */
  public CompletionStage<Void> delete(String persistenceId, SnapshotSelectionCriteria criteria) {
    return store
        .settled(SnapshotWorks.lane(persistenceId))
        .thenApplyAsync(nothing -> find(persistenceId, criteria), blocking)
        .thenCompose(keys -> deleteAll(persistenceId, keys));
  }

  private CompletionStage<Void> save(SnapshotMetadata metadata, StoredPayload payload) {
    byte[] bytes = payload.bytes();
    if (bytes.length <= INLINE_BYTES_MAX) {
      return put(metadata, payload, new SnapshotHead.Inline(bytes));
    }
    return SnapshotUpload.run(store, bytes).thenCompose(body -> put(metadata, payload, body));
  }

  private CompletionStage<Void> put(
      SnapshotMetadata metadata, StoredPayload payload, SnapshotHead.Body body) {
    Object more = OptionConverters.toJava(metadata.metadata()).orElse(null);
    SnapshotHead head =
        new SnapshotHead(
            metadata.timestamp(),
            more == null ? null : serialize(more),
            payload.serializerId(),
            payload.manifest(),
            body);
    return store.submit(
        new SnapshotWorks.PutSnapshot(metadata.persistenceId(), metadata.sequenceNr(), head));
  }

  private Optional<SelectedSnapshot> loadNow(
      String persistenceId, SnapshotSelectionCriteria criteria) {
    try (StoreView view = store.view();
        RowCursor rows = rows(view, persistenceId, criteria).last()) {
      for (; rows.valid(); rows.previous()) {
        SnapshotHead head = head(persistenceId, rows);
        SnapshotMetadata metadata = dated(persistenceId, rows, head);
        if (criteria.matches(metadata)) {
          return Optional.of(select(view, metadata, head));
        }
      }
      return Optional.empty();
    }
  }

  private SelectedSnapshot select(StoreView view, SnapshotMetadata metadata, SnapshotHead head) {
    byte[] bytes =
        switch (head.body()) {
          case SnapshotHead.Inline inline -> inline.bytes();
          case SnapshotHead.Chunked chunked -> readChunks(view, chunked, what(metadata));
        };
    StoredPayload payload = new StoredPayload(head.serializerId(), head.manifest(), bytes);
    Object snapshot = payloads.deserialize(payload, what(metadata));
    StoredPayload more = head.metadata();
    return SelectedSnapshot.create(
        more == null
            ? metadata
            : metadata.withMetadata(payloads.deserialize(more, "metadata of " + what(metadata))),
        snapshot);
  }

  private static byte[] readChunks(StoreView view, SnapshotHead.Chunked chunked, String what) {
    byte[] bytes = new byte[chunked.totalBytes()];
    int filled = 0;
    for (int index = 0; index < chunked.chunks(); index++) {
      String part = "part " + index + " of " + what;
      byte[] key = SnapshotKeys.chunk(chunked.upload(), index);
      byte[] frame = view.get(Family.SNAPSHOT_CHUNKS, key);
      if (frame == null) {
        throw Frame.damaged(part, "it is missing");
      }
      byte[] chunk = Frame.open(key, frame, part, reader -> reader.readRaw(reader.remaining()));
      if (chunk.length > bytes.length - filled) {
        throw Frame.damaged(part, "it is too long");
      }
      System.arraycopy(chunk, 0, bytes, filled, chunk.length);
      filled += chunk.length;
    }
    if (filled != bytes.length) {
      throw Frame.damaged(what, "it has " + filled + " of " + bytes.length + " bytes");
    }
    return bytes;
  }

  private List<byte[]> find(String persistenceId, SnapshotSelectionCriteria criteria) {
    boolean anyTime = criteria.minTimestamp() <= 0 && criteria.maxTimestamp() == Long.MAX_VALUE;
    List<byte[]> keys = new ArrayList<>();
    try (StoreView view = store.view();
        RowCursor rows = rows(view, persistenceId, criteria).first()) {
      for (; rows.valid(); rows.next()) {
        if (anyTime || criteria.matches(dated(persistenceId, rows, head(persistenceId, rows)))) {
          keys.add(rows.key());
        }
      }
    }
    return keys;
  }

  private CompletionStage<Void> deleteAll(String persistenceId, List<byte[]> keys) {
    CompletionStage<Void> last = CompletableFuture.completedFuture(null);
    for (int i = 0; i < keys.size(); i += DELETIONS_AT_ONCE) {
      List<byte[]> some = keys.subList(i, Math.min(keys.size(), i + DELETIONS_AT_ONCE));
      CompletionStage<Void> next =
          store.submit(new SnapshotWorks.DeleteSnapshots(persistenceId, some));
      last = last.thenCombine(next, (left, right) -> right);
    }
    return last;
  }

  private List<Long> unfinishedUploads() {
    byte[] prefix = {SnapshotKeys.UPLOAD};
    List<Long> uploads = new ArrayList<>();
    try (StoreView view = store.view();
        RowCursor rows = view.rows(Family.META, prefix, KeyCodec.after(prefix)).first()) {
      for (; rows.valid(); rows.next()) {
        uploads.add(KeyCodec.lastNumber(rows.key()));
      }
    }
    return uploads;
  }

  private StoredPayload serialize(Object object) {
    try {
      return payloads.serialize(object);
    } catch (NotSerializableException e) {
      throw new CompletionException(e);
    }
  }

  private static RowCursor rows(
      StoreView view, String persistenceId, SnapshotSelectionCriteria criteria) {
    return view.rows(
        Family.SNAPSHOTS,
        SnapshotKeys.snapshot(persistenceId, Math.max(0, criteria.minSequenceNr())),
        SnapshotKeys.behind(persistenceId, Math.max(0, criteria.maxSequenceNr())));
  }

  private static SnapshotHead head(String persistenceId, RowCursor rows) {
    long sequenceNr = KeyCodec.lastNumber(rows.key());
    String what = what(new SnapshotMetadata(persistenceId, sequenceNr, 0));
    return SnapshotHead.decode(rows.key(), rows.value(), what);
  }

  private static SnapshotMetadata dated(String persistenceId, RowCursor rows, SnapshotHead head) {
    return new SnapshotMetadata(
        persistenceId, KeyCodec.lastNumber(rows.key()), head.timestampMillis());
  }

  private static String what(SnapshotMetadata metadata) {
    return "snapshot " + metadata.sequenceNr() + " of '" + metadata.persistenceId() + "'";
  }
}
