package dev.troupe.rocksdb.persistence.journal;

/** Names one event. */
public record EventPosition(String persistenceId, long sequenceNr) {
  @Override
  public String toString() {
    return "event " + sequenceNr + " of '" + persistenceId + "'";
  }
}
