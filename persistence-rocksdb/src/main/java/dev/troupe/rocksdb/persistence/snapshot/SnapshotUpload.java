package dev.troupe.rocksdb.persistence.snapshot;

import dev.troupe.rocksdb.persistence.store.PersistenceStore;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Writes the bytes of a large snapshot in chunks, a window of them at a time, so that small writes
 * of others go in between and memory stays bounded. Nothing is visible before its head is put.
 */
final class SnapshotUpload {
  static final int CHUNK_BYTES = 512 << 10;
  private static final int WINDOW_CHUNKS = 8;

  private final PersistenceStore store;
  private final byte[] bytes;
  private final int chunks;
  private final SnapshotWorks.BeginUpload begin = new SnapshotWorks.BeginUpload();

  private SnapshotUpload(PersistenceStore store, byte[] bytes) {
    this.store = store;
    this.bytes = bytes;
    this.chunks = Math.ceilDiv(bytes.length, CHUNK_BYTES);
  }

  /** Completes with where the bytes are once all are durable. */
  static CompletionStage<SnapshotHead.Chunked> run(PersistenceStore store, byte[] bytes) {
    SnapshotUpload upload = new SnapshotUpload(store, bytes);
    return store
        .submit(upload.begin)
        .thenCompose(nothing -> upload.writeFrom(0))
        .thenApply(nothing -> upload.place());
  }

  private CompletionStage<Void> writeFrom(int first) {
    CompletionStage<Void> last = CompletableFuture.completedFuture(null);
    int end = Math.min(chunks, first + WINDOW_CHUNKS);
    for (int index = first; index < end; index++) {
      int from = index * CHUNK_BYTES;
      int to = (int) Math.min(bytes.length, (long) from + CHUNK_BYTES);
      last =
          store.submitAdmitted(new SnapshotWorks.PutChunk(begin.number(), index, bytes, from, to));
    }
    // Works become durable in order: the last one stands for all before it.
    return end == chunks ? last : last.thenCompose(nothing -> writeFrom(end));
  }

  private SnapshotHead.Chunked place() {
    return new SnapshotHead.Chunked(begin.number(), chunks, bytes.length);
  }
}
