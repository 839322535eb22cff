package dev.troupe.sql.function.aggregate;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.sql.eval.AggregateFunction.Accumulator;
import dev.troupe.sql.eval.AggregateFunction.Portable;
import dev.troupe.sql.eval.EvalContext;
import dev.troupe.sql.function.define.Aggregate.Mergeable;
import dev.troupe.sql.function.define.Aggregate.Trait;
import dev.troupe.sql.function.define.Definitions;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.ValueOrder;
import dev.troupe.sql.type.codec.RowValueCodec;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** min, max, any_value, and the aggregates of booleans and bits. */
final class Extremes {
  private static final List<String> ORDERED =
      List.of(
          "int2",
          "int4",
          "int8",
          "oid",
          "float4",
          "float8",
          "numeric",
          "date",
          "time",
          "timetz",
          "timestamp",
          "timestamptz",
          "interval",
          "text",
          "bpchar",
          "anyarray");

  private Extremes() {}

  static void define(Definitions to) {
    for (String type : ORDERED) {
      extreme(to, "min(" + type + ") " + type, -1);
      extreme(to, "max(" + type + ") " + type, 1);
    }
    to.addAggregate(
        "any_value(anyelement) anyelement", Trait.IGNORES_DUPLICATES, types -> new First());
    for (String name : List.of("bool_and", "every")) {
      to.addAggregate(name + "(bool) bool", Trait.IGNORES_DUPLICATES, types -> new Booleans(false));
    }
    to.addAggregate("bool_or(bool) bool", Trait.IGNORES_DUPLICATES, types -> new Booleans(true));
    for (String type : List.of("int2", "int4", "int8")) {
      String types = "(" + type + ") " + type;
      to.addAggregate("bit_and" + types, Trait.IGNORES_DUPLICATES, t -> new Bits((a, b) -> a & b));
      to.addAggregate("bit_or" + types, Trait.IGNORES_DUPLICATES, t -> new Bits((a, b) -> a | b));
      to.addAggregate("bit_xor" + types, Trait.NONE, t -> new Bits((a, b) -> a ^ b));
    }
  }

  private static void extreme(Definitions to, String signature, int direction) {
    to.addAggregate(
        signature, Trait.IGNORES_DUPLICATES, types -> new Extreme(types.result(), direction));
  }

  private static final class Extreme implements Mergeable, Portable {
    private final SqlType type;
    private final ValueOrder order;
    private final int direction;
    private @Nullable Object best;

    Extreme(SqlType type, int direction) {
      this.type = type;
      this.order = ValueOrder.of(type);
      this.direction = direction;
    }

    @Override
    public void add(@Nullable Object[] arguments, EvalContext context) {
      consider(arguments[0]);
    }

    private void consider(@Nullable Object value) {
      if (best == null || (value != null && order.compare(value, best) * direction >= 0)) {
        best = value;
      }
    }

    @Override
    public boolean remove(@Nullable Object[] arguments, EvalContext context) {
      // Whatever is worse than the best value has left no trace.
      Object value = arguments[0];
      return best != null && value != null && order.compare(value, best) * direction < 0;
    }

    @Override
    public @Nullable Object result(EvalContext context) {
      return best;
    }

    @Override
    public void merge(Accumulator other) {
      consider(((Extreme) other).best);
    }

    @Override
    public void write(ByteWriter out) {
      Object value = best;
      out.putBoolean(value != null);
      if (value != null) {
        RowValueCodec.of(type).encode(value, out);
      }
    }

    @Override
    public void mergeWritten(ByteReader in) {
      if (in.readBoolean()) {
        consider(RowValueCodec.of(type).decode(in));
      }
    }
  }

  private static final class First implements Mergeable {
    private @Nullable Object first;

    @Override
    public void add(@Nullable Object[] arguments, EvalContext context) {
      if (first == null) {
        first = arguments[0];
      }
    }

    @Override
    public @Nullable Object result(EvalContext context) {
      return first;
    }

    @Override
    public void merge(Accumulator other) {
      if (first == null) {
        first = ((First) other).first;
      }
    }
  }

  /** Decided by one value that equals the deciding one: true for OR, false for AND. */
  private static final class Booleans implements Mergeable, Portable {
    private final boolean deciding;
    private long rows;
    private long decisive;

    Booleans(boolean deciding) {
      this.deciding = deciding;
    }

    @Override
    public void add(@Nullable Object[] arguments, EvalContext context) {
      count(arguments, 1);
    }

    @Override
    public boolean remove(@Nullable Object[] arguments, EvalContext context) {
      count(arguments, -1);
      return true;
    }

    private void count(@Nullable Object[] arguments, int by) {
      boolean value = (Boolean) Objects.requireNonNull(arguments[0]);
      rows += by;
      decisive += value == deciding ? by : 0;
    }

    @Override
    public @Nullable Object result(EvalContext context) {
      if (rows == 0) {
        return null;
      }
      return decisive > 0 ? deciding : !deciding;
    }

    @Override
    public void merge(Accumulator other) {
      rows += ((Booleans) other).rows;
      decisive += ((Booleans) other).decisive;
    }

    @Override
    public void write(ByteWriter out) {
      out.putVarLong(rows).putVarLong(decisive);
    }

    @Override
    public void mergeWritten(ByteReader in) {
      rows += in.readVarLong();
      decisive += in.readVarLong();
    }
  }

  private static final class Bits implements Mergeable {
    private final java.util.function.LongBinaryOperator operator;
    private @Nullable Number bits;

    Bits(java.util.function.LongBinaryOperator operator) {
      this.operator = operator;
    }

    @Override
    public void add(@Nullable Object[] arguments, EvalContext context) {
      combine((Number) arguments[0]);
    }

    private void combine(@Nullable Number value) {
      if (bits == null || value == null) {
        bits = value == null ? bits : value;
        return;
      }
      long combined = operator.applyAsLong(bits.longValue(), value.longValue());
      if (value instanceof Integer) {
        bits = (int) combined;
      } else {
        bits = combined;
      }
    }

    @Override
    public @Nullable Object result(EvalContext context) {
      return bits;
    }

    @Override
    public void merge(Accumulator other) {
      combine(((Bits) other).bits);
    }
  }
}
