package dev.troupe.sql.type.codec;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.sql.type.Bytes;
import dev.troupe.sql.type.Interval;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TimeTz;
import java.util.Objects;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** The compact encodings of the simple types. */
final class RowValueCodecs {
  private static final class Of<T> extends RowValueCodec {
    private final Class<T> values;
    private final BiConsumer<T, ByteWriter> writing;
    private final Function<ByteReader, T> reading;

    Of(Class<T> values, BiConsumer<T, ByteWriter> writing, Function<ByteReader, T> reading) {
      this.values = values;
      this.writing = writing;
      this.reading = reading;
    }

    @Override
    public void encode(Object value, ByteWriter out) {
      writing.accept(values.cast(value), out);
    }

    @Override
    public Object decode(ByteReader in) {
      return reading.apply(in);
    }
  }

  private static final RowValueCodec BOOLS =
      new Of<>(Boolean.class, (value, out) -> out.putBoolean(value), ByteReader::readBoolean);

  private static final RowValueCodec INTS =
      new Of<>(
          Integer.class,
          (value, out) -> RowValueCodec.putSigned(value, out),
          in -> (int) RowValueCodec.readSigned(in));

  private static final RowValueCodec LONGS =
      new Of<>(
          Long.class,
          (value, out) -> RowValueCodec.putSigned(value, out),
          RowValueCodec::readSigned);

  /** Moments are large numbers: a fixed width is not longer and faster. */
  private static final RowValueCodec TIMES =
      new Of<>(Long.class, (value, out) -> out.putLong(value), ByteReader::readLong);

  private static final RowValueCodec FLOATS =
      new Of<>(
          Float.class,
          (value, out) -> out.putInt(Float.floatToIntBits(value)),
          in -> Float.intBitsToFloat(in.readInt()));

  private static final RowValueCodec DOUBLES =
      new Of<>(
          Double.class,
          (value, out) -> out.putLong(Double.doubleToLongBits(value)),
          in -> Double.longBitsToDouble(in.readLong()));

  private static final RowValueCodec TEXTS =
      new Of<>(String.class, (value, out) -> out.putString(value), ByteReader::readString);

  private static final RowValueCodec BYTE_STRINGS =
      new Of<>(
          Bytes.class,
          (value, out) -> out.putBytes(value.shared()),
          in -> Bytes.owning(in.readBytes()));

  private static final RowValueCodec TIMES_WITH_ZONE =
      new Of<>(
          TimeTz.class,
          (value, out) -> {
            out.putLong(value.micros());
            RowValueCodec.putSigned(value.secondsWest(), out);
          },
          in -> new TimeTz(in.readLong(), (int) RowValueCodec.readSigned(in)));

  private static final RowValueCodec INTERVALS =
      new Of<>(
          Interval.class,
          (value, out) -> {
            RowValueCodec.putSigned(value.months(), out);
            RowValueCodec.putSigned(value.days(), out);
            RowValueCodec.putSigned(value.micros(), out);
          },
          in ->
              new Interval(
                  (int) RowValueCodec.readSigned(in),
                  (int) RowValueCodec.readSigned(in),
                  RowValueCodec.readSigned(in)));

  private static final RowValueCodec UUIDS =
      new Of<>(
          UUID.class,
          (value, out) ->
              out.putLong(value.getMostSignificantBits()).putLong(value.getLeastSignificantBits()),
          in -> new UUID(in.readLong(), in.readLong()));

  private static final RowValueCodec NUMERICS = new NumericRowCodec();
  private static final RowValueCodec JSONS = new JsonRowCodec();
  private static final RowValueCodec RECORDS = new RecordRowCodec();

  private RowValueCodecs() {}

  static RowValueCodec of(SqlType type) {
    return switch (type.id()) {
      case BOOL -> BOOLS;
      case INT2, INT4, DATE -> INTS;
      case INT8, OID, REGPROC, REGCLASS, REGTYPE, REGNAMESPACE, REGROLE -> LONGS;
      case FLOAT4 -> FLOATS;
      case FLOAT8 -> DOUBLES;
      case NUMERIC -> NUMERICS;
      case TEXT, VARCHAR, BPCHAR, NAME, CHAR, JSON, UNKNOWN, VOID -> TEXTS;
      case BYTEA -> BYTE_STRINGS;
      case TIME, TIMESTAMP, TIMESTAMPTZ -> TIMES;
      case TIMETZ -> TIMES_WITH_ZONE;
      case INTERVAL -> INTERVALS;
      case UUID -> UUIDS;
      case JSONB -> JSONS;
      case INT2VECTOR -> new ArrayRowCodec(SqlType.INT2);
      case OIDVECTOR -> new ArrayRowCodec(SqlType.OID);
      case RECORD -> RECORDS;
      case ARRAY -> new ArrayRowCodec(Objects.requireNonNull(type.element()));
    };
  }
}
