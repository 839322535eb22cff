package dev.troupe.sql.schema;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteReader.MalformedBytes;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.sql.catalog.TableStatistics;
import dev.troupe.sql.catalog.ValueDistribution;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** Bytes of what was counted of a table. */
final class StatisticsCodec {
  private static final int LAYOUT_1 = 1;

  private StatisticsCodec() {}

  static byte[] encode(TableStatistics statistics) {
    ByteWriter out = new ByteWriter(512).putByte(LAYOUT_1).putVarLong(statistics.rows());
    putDouble(out, statistics.averageBytes());
    putMap(out, statistics.distinct(), ByteWriter::putVarLong);
    putMap(out, statistics.nullFraction(), StatisticsCodec::putDouble);
    putMap(out, statistics.distributions(), StatisticsCodec::putDistribution);
    return out.toBytes();
  }

  static TableStatistics decode(byte[] bytes) {
    ByteReader in = new ByteReader(bytes);
    int layout = in.readByte();
    if (layout != LAYOUT_1) {
      throw new MalformedBytes("no layout of statistics: " + layout);
    }
    return new TableStatistics(
        in.readVarLong(),
        readDouble(in),
        readMap(in, ByteReader::readVarLong),
        readMap(in, StatisticsCodec::readDouble),
        readMap(in, StatisticsCodec::readDistribution));
  }

  private static <T> void putMap(
      ByteWriter out, Map<Integer, T> map, BiConsumer<ByteWriter, T> put) {
    out.putVarInt(map.size());
    new TreeMap<>(map)
        .forEach(
            (column, value) -> {
              out.putVarInt(column);
              put.accept(out, value);
            });
  }

  private static <T> Map<Integer, T> readMap(ByteReader in, Function<ByteReader, T> read) {
    Map<Integer, T> map = new TreeMap<>();
    for (int left = in.readCount(); left > 0; left--) {
      map.put(in.readVarInt(), read.apply(in));
    }
    return map;
  }

  private static void putDouble(ByteWriter out, double value) {
    out.putLong(Double.doubleToRawLongBits(value));
  }

  private static double readDouble(ByteReader in) {
    return Double.longBitsToDouble(in.readLong());
  }

  private static void putDistribution(ByteWriter out, ValueDistribution values) {
    RecordFields.putList(out, values.common(), ConstantCodec::putValue);
    RecordFields.putList(out, values.fractions(), StatisticsCodec::putDouble);
    RecordFields.putList(out, values.bounds(), ConstantCodec::putValue);
  }

  private static ValueDistribution readDistribution(ByteReader in) {
    return new ValueDistribution(
        RecordFields.readList(in, StatisticsCodec::readValue),
        RecordFields.readList(in, StatisticsCodec::readDouble),
        RecordFields.readList(in, StatisticsCodec::readValue));
  }

  private static Object readValue(ByteReader in) {
    return Objects.requireNonNull(ConstantCodec.readValue(in));
  }
}
