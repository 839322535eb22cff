package dev.troupe.rocksdb.persistence.store;

import java.nio.charset.StandardCharsets;

/** The column families of a persistence store. Names are stored: never change or reuse one. */
public enum Family {
  /** Format stamp, last offset, unfinished snapshot uploads. */
  META("default"),
  /** Persistence id and sequence number: event. */
  EVENTS("events"),
  /** What is known of each persistence id, and their order of appearance. */
  IDS("persistence_ids"),
  /** Tag and offset: where the event is. */
  TAGS("tags"),
  /** Persistence id and sequence number: snapshot, or head of a large one. */
  SNAPSHOTS("snapshots"),
  /** Upload number and index: part of a large snapshot. */
  SNAPSHOT_CHUNKS("snapshot_chunks"),
  /** Heads and values of durable states. */
  STATES("states"),
  /** Tag or entity type, and offset: which durable state changed last there. */
  STATE_CHANGES("state_changes");

  private final String storedName;

  Family(String storedName) {
    this.storedName = storedName;
  }

  byte[] storedName() {
    return storedName.getBytes(StandardCharsets.UTF_8);
  }
}
