package dev.troupe.gc;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.Timestamp;
import java.nio.charset.StandardCharsets;

/**
 * Keeps readable what a span held at a timestamp and since, until it is released.
 *
 * @param name who asked for it; one protection to a name
 */
public record Protection(String name, KeySpan span, Timestamp at) {
  private static final int FORMAT = 1;

  Key key() {
    return Keyspace.protection(name);
  }

  byte[] encode() {
    return new ByteWriter(64)
        .putByte(FORMAT)
        .putLong(at.value())
        .putBytes(span.start().bytes())
        .putBytes(span.end().bytes())
        .toBytes();
  }

  static Protection decode(Key key, byte[] value) {
    int prefix = Keyspace.PROTECTED.start().length();
    String name = new String(key.bytes(), prefix, key.length() - prefix, StandardCharsets.UTF_8);
    ByteReader in = new ByteReader(value);
    int format = in.readByte();
    if (format != FORMAT) {
      throw new ByteReader.MalformedBytes("protection of format " + format + " is not known");
    }
    Timestamp at = new Timestamp(in.readLong());
    Key start = Key.wrap(in.readBytes());
    Key end = Key.wrap(in.readBytes());
    in.requireEnd();
    if (start.compareTo(end) >= 0) {
      throw new ByteReader.MalformedBytes("span is empty or reversed");
    }
    return new Protection(name, new KeySpan(start, end), at);
  }
}
