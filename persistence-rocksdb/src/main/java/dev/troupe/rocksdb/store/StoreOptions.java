package dev.troupe.rocksdb.store;

/**
 * Sizes of a store. Native memory stays near {@code cacheBytes + logWriteBufferBytes}, because the
 * write buffers of the state are charged to the cache; {@code newestCacheBytes} are on the heap.
 *
 * @param cacheBytes block cache shared by both databases
 * @param stateWriteBufferBytes unflushed state; also bounds what is replayed after a crash
 * @param logWriteBufferBytes unflushed Raft log, also in its write-ahead log
 * @param newestCacheBytes newest versions of recently read keys, as objects
 * @param backgroundJobs threads for flushes and compactions of each database
 * @param snapshotFileBytes size at which a snapshot goes on in another file
 */
public record StoreOptions(
    long cacheBytes,
    long stateWriteBufferBytes,
    long logWriteBufferBytes,
    long newestCacheBytes,
    int backgroundJobs,
    long snapshotFileBytes) {
  private static final long MIB = 1 << 20;

  public static final StoreOptions DEFAULTS =
      new StoreOptions(128 * MIB, 64 * MIB, 32 * MIB, 32 * MIB, 2, 32 * MIB);

  public StoreOptions {
    if (cacheBytes < MIB || stateWriteBufferBytes < MIB || logWriteBufferBytes < MIB) {
      throw new IllegalArgumentException("caches and write buffers need at least 1 MiB each");
    }
    if (newestCacheBytes < 0 || backgroundJobs < 1 || snapshotFileBytes < 1) {
      throw new IllegalArgumentException("store options out of range");
    }
  }

  public StoreOptions withCacheBytes(long bytes) {
    return new StoreOptions(
        bytes,
        stateWriteBufferBytes,
        logWriteBufferBytes,
        newestCacheBytes,
        backgroundJobs,
        snapshotFileBytes);
  }

  public StoreOptions withSnapshotFileBytes(long bytes) {
    return new StoreOptions(
        cacheBytes,
        stateWriteBufferBytes,
        logWriteBufferBytes,
        newestCacheBytes,
        backgroundJobs,
        bytes);
  }

  public StoreOptions withNewestCacheBytes(long bytes) {
    return new StoreOptions(
        cacheBytes,
        stateWriteBufferBytes,
        logWriteBufferBytes,
        bytes,
        backgroundJobs,
        snapshotFileBytes);
  }
}
