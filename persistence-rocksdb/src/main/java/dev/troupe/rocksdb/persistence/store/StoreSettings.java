package dev.troupe.rocksdb.persistence.store;

import com.typesafe.config.Config;

/**
 * Sizes of a persistence store; the section {@code troupe.persistence.rocksdb}.
 *
 * @param cacheBytes block cache, shared by all column families
 * @param writeBufferBytes unflushed writes of all column families together; bounds the replay after
 *     a crash, too
 * @param backgroundJobs threads for flushes and compactions
 * @param pendingBytesMax writes that are accepted and not yet durable; more are refused
 */
public record StoreSettings(
    long cacheBytes, long writeBufferBytes, int backgroundJobs, long pendingBytesMax) {
  private static final long MIB = 1 << 20;

  public StoreSettings {
    if (cacheBytes < MIB || writeBufferBytes < MIB || pendingBytesMax < MIB) {
      throw new IllegalArgumentException(
          "troupe.persistence.rocksdb: block-cache-size, write-buffer-size and pending-bytes-max"
              + " need at least 1 MiB each");
    }
    if (backgroundJobs < 1) {
      throw new IllegalArgumentException(
          "troupe.persistence.rocksdb.background-jobs must be at least 1, is " + backgroundJobs);
    }
  }

  /** Reads the section {@code troupe.persistence.rocksdb}. */
  public static StoreSettings of(Config section) {
    return new StoreSettings(
        section.getBytes("block-cache-size"),
        section.getBytes("write-buffer-size"),
        section.getInt("background-jobs"),
        section.getBytes("pending-bytes-max"));
  }
}
