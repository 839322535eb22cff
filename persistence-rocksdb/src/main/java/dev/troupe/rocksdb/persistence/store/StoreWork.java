package dev.troupe.rocksdb.persistence.store;

import java.util.List;

/** One change of the store that is written whole or not at all. */
public interface StoreWork {
  /** Names that {@link PersistenceStore#settled} waits by, e.g. of the persistence id changed. */
  List<String> lanes();

  /** Rough number of bytes it adds; the same at every call. */
  int sizeBytes();

  /**
   * Adds the change, in the order of submission. Runs once on the writer's thread: short. What it
   * throws before its first change refuses this work alone; afterwards it is fatal for the store.
   */
  void apply(WriteContext context);

  /** Runs on the writer's thread once the change is durable and visible. Short, never throws. */
  default void announce(ChangeSignals signals) {}
}
