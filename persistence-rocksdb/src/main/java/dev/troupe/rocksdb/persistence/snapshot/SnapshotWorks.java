package dev.troupe.rocksdb.persistence.snapshot;

import dev.troupe.protocol.error.TroupeException;
import dev.troupe.rocksdb.persistence.store.Family;
import dev.troupe.rocksdb.persistence.store.Frame;
import dev.troupe.rocksdb.persistence.store.StoreWork;
import dev.troupe.rocksdb.persistence.store.WriteContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The changes that snapshots make to a store. */
final class SnapshotWorks {
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotWorks.class);
  private static final int SMALL_BYTES = 64;

  private SnapshotWorks() {}

  static String lane(String persistenceId) {
    return "snapshot/" + persistenceId;
  }

  /** Takes a number for an upload and records that it is not finished. */
  static final class BeginUpload implements StoreWork {
    private volatile long number;

    /** Once the work is durable. */
    long number() {
      return number;
    }

    @Override
    public List<String> lanes() {
      return List.of();
    }

    @Override
    public int sizeBytes() {
      return SMALL_BYTES;
    }

    @Override
    public void apply(WriteContext context) {
      number = context.nextOffset();
      byte[] key = SnapshotKeys.upload(number);
      context.put(Family.META, key, Frame.seal(key, Frame.begin(0).toBytes()));
    }
  }

  /**
   * One part of an upload.
   *
   * @param bytes of the whole snapshot; not copied before the writer's turn
   */
  record PutChunk(long upload, int index, byte[] bytes, int from, int to) implements StoreWork {
    @Override
    public List<String> lanes() {
      return List.of();
    }

    @Override
    public int sizeBytes() {
      return to - from + SMALL_BYTES;
    }

    @Override
    public void apply(WriteContext context) {
      byte[] key = SnapshotKeys.chunk(upload, index);
      byte[] part = Arrays.copyOfRange(bytes, from, to);
      byte[] frame = Frame.begin(part.length).putRaw(part).toBytes();
      context.put(Family.SNAPSHOT_CHUNKS, key, Frame.seal(key, frame));
    }
  }

  /** Forgets the parts of an upload that failed or was cut off. */
  record DiscardUpload(long upload) implements StoreWork {
    @Override
    public List<String> lanes() {
      return List.of();
    }

    @Override
    public int sizeBytes() {
      return SMALL_BYTES;
    }

    @Override
    public void apply(WriteContext context) {
      deleteChunks(context, upload);
      context.delete(Family.META, SnapshotKeys.upload(upload));
    }
  }

  /** Makes a snapshot visible, in place of one with the same sequence number. */
  record PutSnapshot(String persistenceId, long sequenceNr, SnapshotHead head)
      implements StoreWork {
    @Override
    public List<String> lanes() {
      return List.of(lane(persistenceId));
    }

    @Override
    public int sizeBytes() {
      return head.sizeBytes() + persistenceId.length() + SMALL_BYTES;
    }

    @Override
    public void apply(WriteContext context) {
      byte[] key = SnapshotKeys.snapshot(persistenceId, sequenceNr);
      SnapshotHead.Chunked replaced = chunksOf(context, key);
      if (replaced != null) {
        deleteChunks(context, replaced.upload());
      }
      context.put(Family.SNAPSHOTS, key, head.encode(key));
      if (head.body() instanceof SnapshotHead.Chunked chunked) {
        context.delete(Family.META, SnapshotKeys.upload(chunked.upload()));
      }
    }
  }

  /** Removes snapshots with whatever belongs to them. */
  record DeleteSnapshots(String persistenceId, List<byte[]> keys) implements StoreWork {
    @Override
    public List<String> lanes() {
      return List.of(lane(persistenceId));
    }

    @Override
    public int sizeBytes() {
      return keys.size() * (persistenceId.length() + SMALL_BYTES);
    }

    @Override
    public void apply(WriteContext context) {
      List<SnapshotHead.Chunked> chunked = new ArrayList<>();
      for (byte[] key : keys) {
        SnapshotHead.Chunked chunks = chunksOf(context, key);
        if (chunks != null) {
          chunked.add(chunks);
        }
      }
      chunked.forEach(chunks -> deleteChunks(context, chunks.upload()));
      keys.forEach(key -> context.delete(Family.SNAPSHOTS, key));
    }
  }

  private static void deleteChunks(WriteContext context, long upload) {
    context.deleteRange(
        Family.SNAPSHOT_CHUNKS, SnapshotKeys.chunk(upload, 0), SnapshotKeys.chunk(upload + 1, 0));
  }

  private static SnapshotHead.@Nullable Chunked chunksOf(WriteContext context, byte[] key) {
    byte[] frame = context.get(Family.SNAPSHOTS, key);
    if (frame == null) {
      return null;
    }
    try {
      SnapshotHead head = SnapshotHead.decode(key, frame, "a snapshot that is to go");
      return head.body() instanceof SnapshotHead.Chunked chunked ? chunked : null;
    } catch (TroupeException e) {
      LOG.warn("Chunks of a damaged snapshot, if any, stay on disk: {}", e.getMessage());
      return null;
    }
  }
}
