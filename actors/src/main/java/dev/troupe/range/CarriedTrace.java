package dev.troupe.range;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.protocol.trace.TraceContext;
import java.util.ArrayList;
import java.util.List;

/**
 * Says that an entry that a leader sends belongs to a traced request. Travels behind the message
 * with the entry, where nodes that do not know it do not look.
 *
 * @param index of the entry
 * @param context the receiver records under it
 */
public record CarriedTrace(long index, TraceContext context) {
  /** Of one message; more are not sent. */
  static final int CARRIED_MAX = 32;

  /** Rough number of bytes on the wire. */
  public static final int SIZE_HINT = 8 + TraceContext.BYTES;

  /** Appends all of a message. */
  public static void write(ByteWriter out, List<CarriedTrace> all) {
    out.putVarInt(all.size());
    for (CarriedTrace one : all) {
      one.context().write(out.putVarLong(one.index()));
    }
  }

  /** Reads what is left of a message: none when nothing is. */
  public static List<CarriedTrace> read(ByteReader in) {
    if (in.remaining() == 0) {
      return List.of();
    }
    int count = in.readCount();
    var all = new ArrayList<CarriedTrace>(count);
    for (int i = 0; i < count; i++) {
      all.add(new CarriedTrace(in.readVarLong(), TraceContext.read(in)));
    }
    return all;
  }
}
