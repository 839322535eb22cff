package dev.troupe.node.boot;

import com.typesafe.config.Config;
import dev.troupe.rocksdb.store.StoreOptions;

/** Reads the settings {@code troupe.storage}. */
final class StorageConfig {
  private StorageConfig() {}

  /** What is asked for; a cache that is left to the node is the default's until it is divided. */
  static StoreOptions wanted(Config config) {
    Config storage = config.getConfig("troupe.storage");
    return new StoreOptions(
        storage.getString("cache").equals("auto")
            ? StoreOptions.DEFAULTS.cacheBytes()
            : storage.getBytes("cache"),
        storage.getBytes("state-write-buffer"),
        storage.getBytes("log-write-buffer"),
        storage.getBytes("newest-cache"),
        storage.getInt("background-jobs"),
        storage.getBytes("snapshot-file"));
  }
}
