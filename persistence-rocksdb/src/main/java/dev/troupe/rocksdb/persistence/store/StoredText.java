package dev.troupe.rocksdb.persistence.store;

import dev.troupe.protocol.codec.ByteReader;

/** A value that is one text. */
public final class StoredText {
  private StoredText() {}

  public static byte[] encode(byte[] key, String text) {
    return Frame.seal(key, Frame.begin(text.length() + 2).putString(text).toBytes());
  }

  public static String decode(byte[] key, byte[] frame, String what) {
    return Frame.open(key, frame, what, ByteReader::readString);
  }
}
