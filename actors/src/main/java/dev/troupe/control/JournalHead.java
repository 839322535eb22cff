package dev.troupe.control;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import org.jspecify.annotations.Nullable;

/**
 * How far the events of a persistent actor go. It is only ever replaced by comparison, by the write
 * that adds events, and no two contents are equal: so events of two writers cannot mix.
 *
 * @param highest sequence number of the last event, also when it was deleted; 0 before the first
 * @param writer the incarnation of the actor that has written it
 */
record JournalHead(long highest, String writer) {
  static final JournalHead NONE = new JournalHead(0, "");

  private static final int FORMAT = 1;

  byte @Nullable [] encode() {
    return equals(NONE)
        ? null
        : new ByteWriter(64).putByte(FORMAT).putVarLong(highest).putString(writer).toBytes();
  }

  static JournalHead decode(byte @Nullable [] stored) {
    if (stored == null) {
      return NONE;
    }
    ByteReader in = new ByteReader(stored);
    int format = in.readByte();
    if (format != FORMAT) {
      throw new ByteReader.MalformedBytes("a journal's head of format " + format + " is not known");
    }
    var head = new JournalHead(in.readVarLong(), in.readString());
    in.requireEnd();
    return head;
  }
}
