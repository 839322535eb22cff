package dev.troupe.node.boot;

import com.typesafe.config.Config;
import dev.troupe.rocksdb.store.StoreOptions;

/** Reads the settings {@code troupe.storage}. */
final class StorageConfig {
  private StorageConfig() {}

  static StoreOptions options(Config config) {
    Config storage = config.getConfig("troupe.storage");
    return new StoreOptions(
        storage.getBytes("cache"),
        storage.getBytes("state-write-buffer"),
        storage.getBytes("log-write-buffer"),
        storage.getBytes("newest-cache"),
        storage.getInt("background-jobs"),
        storage.getBytes("snapshot-file"));
  }
}
