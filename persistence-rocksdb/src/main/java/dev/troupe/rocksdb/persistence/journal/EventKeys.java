package dev.troupe.rocksdb.persistence.journal;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.rocksdb.persistence.store.Frame;
import dev.troupe.rocksdb.persistence.store.KeyCodec;

/** Keys and small index values of the journal. Stored: never change one. */
final class EventKeys {
  /** IDS: persistence id to {@link IdRecord}. */
  static final int ID_RECORD = 'r';

  /** IDS: offset of the first event to persistence id. */
  static final int ID_APPEARANCE = 'o';

  private EventKeys() {}

  static byte[] event(EventPosition position) {
    return KeyCodec.textAndNumber(position.persistenceId(), position.sequenceNr());
  }

  static byte[] idRecord(String persistenceId) {
    return KeyCodec.text(ID_RECORD, persistenceId);
  }

  static byte[] appearance(long offset) {
    return KeyCodec.number(ID_APPEARANCE, offset);
  }

  static byte[] tag(String tag, long offset) {
    return KeyCodec.textAndNumber(tag, offset);
  }

  /** The value of a tag's entry: where the event is. */
  static byte[] pointer(byte[] key, EventPosition position) {
    ByteWriter writer = Frame.begin(position.persistenceId().length() + 12);
    writer.putLong(position.sequenceNr()).putString(position.persistenceId());
    return Frame.seal(key, writer.toBytes());
  }

  static EventPosition decodePointer(byte[] key, byte[] frame, String what) {
    return Frame.open(key, frame, what, EventKeys::readPointer);
  }

  private static EventPosition readPointer(ByteReader reader) {
    long sequenceNr = reader.readLong();
    return new EventPosition(reader.readString(), sequenceNr);
  }
}
