package dev.troupe.chaos.nodes;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The keys that clients use, in two groups that lie in one range each, and the numbers that they
 * write as values. A register's number is its group's times {@link #STRIDE} plus its place there.
 */
final class ClientKeys {
  private static final int STRIDE = 16;
  static final int GROUPS = 2;
  private static final String NAMESPACE = "default";
  private static final String[] PREFIXES = {"a", "b"};

  private ClientKeys() {}

  /** Where the ranges of the two groups meet, when they have one each. */
  static List<Key> splits(boolean wanted) {
    return wanted ? List.of(key(PREFIXES[1])) : List.of();
  }

  /** Where ranges may meet: each group and each list of {@link TxnLists} stays in one piece. */
  static List<Key> borders() {
    return List.of(key("A1"), key("a"), key("b"), key("c"), key("c1"));
  }

  private static Key key(String name) {
    return Keyspace.kv(NAMESPACE, name.getBytes(StandardCharsets.UTF_8));
  }

  static int register(int group, int place) {
    return group * STRIDE + place;
  }

  static int group(int register) {
    return register / STRIDE;
  }

  static int place(int register) {
    return register % STRIDE;
  }

  static Key key(int group, int place) {
    return key(PREFIXES[group] + (char) ('0' + place));
  }

  static KeySpan span(int group) {
    Key prefix = key(PREFIXES[group]);
    return new KeySpan(prefix, prefix.prefixEnd());
  }

  /**
   * What a number is written as: the same bytes each time, most of them short.
   *
   * @param number 0 for nothing
   */
  static byte @Nullable [] value(long number, int paddingMax) {
    if (number == 0) {
      return null;
    }
    int padding = number % 4 == 0 ? (int) (number * 7_919 % paddingMax) : 0;
    return new ByteWriter(8 + padding).putLong(number).putRaw(new byte[padding]).toBytes();
  }

  /** What was written; 0 when there is nothing. */
  static long number(byte @Nullable [] value) {
    return value == null ? 0 : new ByteReader(value).readLong();
  }
}
