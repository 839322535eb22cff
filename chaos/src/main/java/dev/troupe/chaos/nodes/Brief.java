package dev.troupe.chaos.nodes;

import dev.troupe.chaos.check.Fingerprint;
import java.util.Arrays;

/** Digests that cost little however long the bytes are: clients pad values with zeros. */
final class Brief {
  private static final int BYTES_MAX = 256;

  private Brief() {}

  /** Over the length and the beginning. */
  static long digest(byte[] bytes) {
    byte[] beginning = bytes.length <= BYTES_MAX ? bytes : Arrays.copyOf(bytes, BYTES_MAX);
    return Fingerprint.mix(Fingerprint.of(beginning), bytes.length);
  }
}
