package dev.troupe.sql.function.system;

import dev.troupe.sql.function.define.Definitions;
import java.nio.charset.StandardCharsets;

/**
 * hashtext and its kin, with PostgreSQL's results: applications use them for advisory locks that
 * clients of different kinds must agree on. The hash is Bob Jenkins' lookup3 with the seed that
 * PostgreSQL gives it, for little-endian machines.
 */
public final class HashFunctions {
  private static final int SEED = 0x9e3779b9;
  private static final int PERTURBATION = 3_923_095;

  private HashFunctions() {}

  public static void define(Definitions to) {
    to.add("hashtext(text) int4", (String s) -> hash(s.getBytes(StandardCharsets.UTF_8)).low());
    to.add("hashint4(int4) int4", (Integer value) -> hash(value).low());
    to.add("hashint8(int8) int4", (Long value) -> hash(folded(value)).low());
    to.add(
        "hashtextextended(text, int8) int8",
        (String s, Long seed) -> hash(s.getBytes(StandardCharsets.UTF_8), seed).both());
  }

  /** Two words of a hash. */
  private record Hash(int high, int low) {
    long both() {
      return (long) high << 32 | Integer.toUnsignedLong(low);
    }
  }

  /** Small numbers hash like those of 32 bits. */
  private static int folded(long value) {
    int low = (int) value;
    int high = (int) (value >> 32);
    return low ^ (value >= 0 ? high : ~high);
  }

  private static Hash hash(int value) {
    int start = SEED + 4 + PERTURBATION;
    return finish(start + value, start, start);
  }

  private static Hash hash(byte[] key) {
    return hash(key, 0);
  }

  private static Hash hash(byte[] key, long seed) {
    int[] state = new int[3];
    java.util.Arrays.fill(state, SEED + key.length + PERTURBATION);
    if (seed != 0) {
      state[0] += (int) (seed >> 32);
      state[1] += (int) seed;
      mix(state);
    }
    int at = 0;
    while (key.length - at >= 12) {
      state[0] += word(key, at);
      state[1] += word(key, at + 4);
      state[2] += word(key, at + 8);
      mix(state);
      at += 12;
    }
    state[0] += word(key, at);
    state[1] += word(key, at + 4);
    // The lowest byte of the last word is kept for the length.
    state[2] += word(key, at + 8) << 8;
    return finish(state[0], state[1], state[2]);
  }

  /** Four bytes, little-endian; those behind the end are 0. */
  private static int word(byte[] key, int at) {
    int word = 0;
    for (int i = 0; i < 4 && at + i < key.length; i++) {
      word |= (key[at + i] & 0xff) << (8 * i);
    }
    return word;
  }

  private static void mix(int[] state) {
    int[] shifts = {4, 6, 8, 16, 19, 4};
    for (int i = 0; i < shifts.length; i++) {
      int first = i % 3;
      int second = (i + 1) % 3;
      int third = (i + 2) % 3;
      state[first] -= state[third];
      state[first] ^= Integer.rotateLeft(state[third], shifts[i]);
      state[third] += state[second];
    }
  }

  private static Hash finish(int a, int b, int c) {
    int x = a;
    int y = b;
    int z = c;
    z = (z ^ y) - Integer.rotateLeft(y, 14);
    x = (x ^ z) - Integer.rotateLeft(z, 11);
    y = (y ^ x) - Integer.rotateLeft(x, 25);
    z = (z ^ y) - Integer.rotateLeft(y, 16);
    x = (x ^ z) - Integer.rotateLeft(z, 4);
    y = (y ^ x) - Integer.rotateLeft(x, 14);
    z = (z ^ y) - Integer.rotateLeft(y, 24);
    return new Hash(y, z);
  }
}
