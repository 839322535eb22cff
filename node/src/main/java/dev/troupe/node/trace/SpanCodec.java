package dev.troupe.node.trace;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.protocol.trace.SpanRecord;
import dev.troupe.protocol.trace.TraceContext;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Spans as one node tells them to another. Begins with a version; a node that meets a later one
 * says that it cannot read it.
 */
public final class SpanCodec {
  private static final int VERSION = 1;
  private static final int TEXT = 0;
  private static final int NUMBER = 1;

  private SpanCodec() {}

  /** As a text of one line. */
  public static String encode(List<SpanRecord> spans) {
    ByteWriter out = new ByteWriter(64 + 128 * spans.size());
    out.putByte(VERSION).putVarInt(spans.size());
    spans.forEach(span -> write(out, span));
    return Base64.getEncoder().encodeToString(out.toBytes());
  }

  private static void write(ByteWriter out, SpanRecord span) {
    span.context().write(out);
    out.putLong(span.parent())
        .putBoolean(span.parentElsewhere())
        .putString(span.name())
        .putLong(span.startMicros())
        .putLong(span.durationNanos())
        .putBoolean(span.problem() != null);
    if (span.problem() != null) {
      out.putString(span.problem());
    }
    out.putVarInt(span.attributes().size());
    span.attributes()
        .forEach(
            (name, value) -> {
              out.putString(name);
              if (value instanceof Long number) {
                out.putByte(NUMBER).putLong(number);
              } else {
                out.putByte(TEXT).putString(value.toString());
              }
            });
  }

  /**
   * Reads what {@link #encode} gave.
   *
   * @throws IllegalArgumentException when it is nothing of the kind
   */
  public static List<SpanRecord> decode(String text) {
    ByteReader in = new ByteReader(Base64.getDecoder().decode(text));
    int version = in.readByte();
    if (version != VERSION) {
      throw new ByteReader.MalformedBytes("spans of version " + version + " are not known");
    }
    int count = in.readCount();
    List<SpanRecord> spans = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      spans.add(read(in));
    }
    return spans;
  }

  private static SpanRecord read(ByteReader in) {
    TraceContext context = TraceContext.read(in);
    long parent = in.readLong();
    boolean elsewhere = in.readBoolean();
    String name = in.readString();
    long start = in.readLong();
    long duration = in.readLong();
    String problem = in.readBoolean() ? in.readString() : null;
    int count = in.readCount();
    Map<String, Object> attributes = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      String attribute = in.readString();
      attributes.put(attribute, in.readByte() == NUMBER ? in.readLong() : in.readString());
    }
    return new SpanRecord(context, parent, elsewhere, name, start, duration, attributes, problem);
  }
}
