package dev.troupe.rocksdb.persistence.store;

import dev.troupe.protocol.codec.ByteReader;
import java.nio.charset.StandardCharsets;

/** The record of the highest offset given out, so that none is ever given out twice. */
final class Offsets {
  static final byte[] KEY = "offset".getBytes(StandardCharsets.UTF_8);

  private Offsets() {}

  static byte[] encode(long offset) {
    return Frame.seal(KEY, Frame.begin(Long.BYTES).putLong(offset).toBytes());
  }

  static long decode(byte[] frame) {
    return Frame.open(KEY, frame, "the last offset of the persistence store", ByteReader::readLong);
  }
}
