package dev.troupe.rocksdb.persistence.state;

import dev.troupe.rocksdb.persistence.store.KeyCodec;

/** Keys, lanes and topics of durable states. Keys are stored: never change one. */
final class StateKeys {
  /** STATES: persistence id to {@link StateHead}. */
  static final int HEAD = 'h';

  /** STATES: persistence id to the state itself; absent when deleted. */
  static final int VALUE = 'v';

  /** STATE_CHANGES: tag and offset to persistence id. */
  static final int OF_TAG = 't';

  /** STATE_CHANGES: entity type and offset to persistence id. */
  static final int OF_TYPE = 'e';

  private StateKeys() {}

  static byte[] head(String persistenceId) {
    return KeyCodec.text(HEAD, persistenceId);
  }

  static byte[] value(String persistenceId) {
    return KeyCodec.text(VALUE, persistenceId);
  }

  /**
   * @param kind OF_TAG or OF_TYPE
   */
  static byte[] change(int kind, String name, long offset) {
    return KeyCodec.textAndNumber(kind, name, offset);
  }

  static String lane(String persistenceId) {
    return "state/" + persistenceId;
  }

  static String topic(int kind, String name) {
    return "state-" + (char) kind + '/' + name;
  }

  static String what(String persistenceId) {
    return "the durable state of '" + persistenceId + "'";
  }
}
