package dev.troupe.chaos.nodes;

import dev.troupe.chaos.history.Key;
import dev.troupe.chaos.history.Values;
import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.protocol.codec.Keyspace;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The lists that transactions append to: as many on either side of where ranges meet, out of the
 * way of the registers of {@link ClientKeys}.
 */
final class TxnLists {
  static final int COUNT = 4;
  private static final String[] NAMES = {"A0", "c0", "A1", "c1"};

  private TxnLists() {}

  static dev.troupe.protocol.model.Key key(int list) {
    return Keyspace.kv("default", NAMES[list].getBytes(StandardCharsets.UTF_8));
  }

  /** What histories call a list. */
  static Key name(int list) {
    return Key.of(NAMES[list]);
  }

  static byte[] encode(Values list) {
    var out = new ByteWriter(8 * list.size());
    for (int i = 0; i < list.size(); i++) {
      out.putLong(list.get(i));
    }
    return out.toBytes();
  }

  /** A list that nobody has appended to is not stored. */
  static byte @Nullable [] stored(Values list) {
    return list.isEmpty() ? null : encode(list);
  }

  static Values decode(byte @Nullable [] value) {
    if (value == null) {
      return Values.of();
    }
    var in = new ByteReader(value);
    long[] elements = new long[value.length / Long.BYTES];
    for (int i = 0; i < elements.length; i++) {
      elements[i] = in.readLong();
    }
    return Values.of(elements);
  }
}
