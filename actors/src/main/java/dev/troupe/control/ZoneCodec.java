package dev.troupe.control;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.PlaceRule;
import dev.troupe.protocol.model.ZoneRules;
import dev.troupe.protocol.model.Zones;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Bytes of what was said about the replicas of a span. */
final class ZoneCodec {
  private static final int FORMAT = 1;

  private ZoneCodec() {}

  static byte[] encode(KeySpan span, ZoneRules rules) {
    var out = new ByteWriter(64).putByte(FORMAT).putBytes(span.end().bytes());
    Integer replicas = rules.replicas();
    out.putVarInt(replicas == null ? 0 : replicas);
    putList(out, rules.constraints(), ZoneCodec::putRule);
    putList(out, rules.leaderPreferences(), (to, list) -> putList(to, list, ZoneCodec::putRule));
    return out.toBytes();
  }

  /**
   * Reads it.
   *
   * @param start of the span
   */
  static Zones.Zone decode(Key start, byte[] stored) {
    var in = new ByteReader(stored);
    int format = in.readByte();
    if (format != FORMAT) {
      throw new ByteReader.MalformedBytes("rules of format " + format + " are not known");
    }
    var span = new KeySpan(start, Key.wrap(in.readBytes()));
    int replicas = in.readVarInt();
    List<PlaceRule> constraints = readList(in, ZoneCodec::readRule);
    List<List<PlaceRule>> preferences =
        readList(in, from -> required(readList(from, ZoneCodec::readRule)));
    in.requireEnd();
    return new Zones.Zone(
        span, new ZoneRules(replicas == 0 ? null : replicas, constraints, preferences));
  }

  /** One more than its size, and its elements; nothing at all is 0. */
  private static <T> void putList(
      ByteWriter out, @Nullable List<T> list, BiConsumer<ByteWriter, T> put) {
    out.putVarInt(list == null ? 0 : list.size() + 1);
    if (list != null) {
      list.forEach(each -> put.accept(out, each));
    }
  }

  private static <T> @Nullable List<T> readList(ByteReader in, Function<ByteReader, T> read) {
    int size = in.readVarInt() - 1;
    if (size < 0) {
      return null;
    }
    if (size > ZoneRules.RULES_MAX) {
      throw new ByteReader.MalformedBytes("a list of " + size + " rules");
    }
    var list = new ArrayList<T>(size);
    for (int i = 0; i < size; i++) {
      list.add(read.apply(in));
    }
    return list;
  }

  private static List<PlaceRule> required(@Nullable List<PlaceRule> list) {
    if (list == null) {
      throw new ByteReader.MalformedBytes("a list of rules is missing");
    }
    return list;
  }

  private static void putRule(ByteWriter out, PlaceRule rule) {
    out.putBoolean(rule.required()).putString(rule.kind()).putString(rule.place());
  }

  private static PlaceRule readRule(ByteReader in) {
    return new PlaceRule(in.readBoolean(), in.readString(), in.readString());
  }
}
