package dev.troupe.rocksdb.persistence.journal;

/** Lanes and topics of the journal within its store. */
public final class JournalTopics {
  /** A persistence id that never had an event has one now. */
  public static final String NEW_IDS = "journal-ids";

  private JournalTopics() {}

  /** Writes and deletions of one persistence id. */
  public static String lane(String persistenceId) {
    return "journal/" + persistenceId;
  }

  /** New events of one persistence id. */
  public static String id(String persistenceId) {
    return "journal-id/" + persistenceId;
  }

  /** New events with a tag. */
  public static String tag(String tag) {
    return "journal-tag/" + tag;
  }
}
