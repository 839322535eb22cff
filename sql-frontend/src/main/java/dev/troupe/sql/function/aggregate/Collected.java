package dev.troupe.sql.function.aggregate;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.eval.AggregateFunction.Accumulator;
import dev.troupe.sql.eval.EvalContext;
import dev.troupe.sql.function.define.Aggregate.Mergeable;
import dev.troupe.sql.function.define.Aggregate.Trait;
import dev.troupe.sql.function.define.Definitions;
import dev.troupe.sql.type.Bytes;
import dev.troupe.sql.type.SqlArray;
import dev.troupe.sql.type.SqlType;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** array_agg and string_agg. */
final class Collected {
  private Collected() {}

  static void define(Definitions to) {
    to.addAggregate(
        "array_agg(anynonarray) anyarray nullable",
        Trait.NONE,
        types -> new Elements(Objects.requireNonNull(types.result().element())));
    to.addAggregate("array_agg(anyarray) anyarray nullable", Trait.NONE, types -> new Slices());
    to.addAggregate("string_agg(text, text) text nullable", Trait.NONE, types -> new Texts());
    to.addAggregate(
        "string_agg(bytea, bytea) bytea nullable", Trait.NONE, types -> new ByteStrings());
  }

  private static final class Elements implements Mergeable {
    private final SqlType type;
    private final List<@Nullable Object> elements = new ArrayList<>();

    Elements(SqlType type) {
      this.type = type;
    }

    @Override
    public void add(@Nullable Object[] arguments, EvalContext context) {
      elements.add(arguments[0]);
    }

    @Override
    public @Nullable Object result(EvalContext context) {
      return elements.isEmpty() ? null : SqlArray.of(type, elements);
    }

    @Override
    public void merge(Accumulator other) {
      elements.addAll(((Elements) other).elements);
    }
  }

  /** Arrays of one shape become the slices of an array with one dimension more. */
  private static final class Slices implements Accumulator {
    private final List<SqlArray> slices = new ArrayList<>();

    @Override
    public void add(@Nullable Object[] arguments, EvalContext context) {
      if (!(arguments[0] instanceof SqlArray slice)) {
        throw new SqlException(SqlState.NULL_VALUE_NOT_ALLOWED, "cannot accumulate null arrays");
      }
      if (slice.dimensions() == 0) {
        throw new SqlException(SqlState.ARRAY_SUBSCRIPT_ERROR, "cannot accumulate empty arrays");
      }
      boolean fits =
          slices.isEmpty() || Arrays.equals(slices.getFirst().lengths(), slice.lengths());
      if (!fits) {
        throw new SqlException(
            SqlState.ARRAY_SUBSCRIPT_ERROR, "cannot accumulate arrays of different dimensionality");
      }
      slices.add(slice);
    }

    @Override
    public @Nullable Object result(EvalContext context) {
      if (slices.isEmpty()) {
        return null;
      }
      SqlArray first = slices.getFirst();
      int dimensions = first.dimensions() + 1;
      int[] lengths = new int[dimensions];
      int[] bounds = new int[dimensions];
      lengths[0] = slices.size();
      bounds[0] = 1;
      System.arraycopy(first.lengths(), 0, lengths, 1, dimensions - 1);
      System.arraycopy(first.lowerBounds(), 0, bounds, 1, dimensions - 1);
      List<@Nullable Object> elements = new ArrayList<>();
      slices.forEach(slice -> elements.addAll(slice.elements()));
      return SqlArray.of(first.elementType(), lengths, bounds, elements.toArray());
    }
  }

  /** The delimiter of the first value is not used; values that are NULL are left out. */
  private static final class Texts implements Accumulator {
    private @Nullable StringBuilder joined;

    @Override
    public void add(@Nullable Object[] arguments, EvalContext context) {
      if (arguments[0] instanceof String value) {
        if (joined == null) {
          joined = new StringBuilder();
        } else if (arguments[1] instanceof String delimiter) {
          joined.append(delimiter);
        }
        joined.append(value);
      }
    }

    @Override
    public @Nullable Object result(EvalContext context) {
      return joined == null ? null : joined.toString();
    }
  }

  private static final class ByteStrings implements Accumulator {
    private @Nullable ByteArrayOutputStream joined;

    @Override
    public void add(@Nullable Object[] arguments, EvalContext context) {
      if (arguments[0] instanceof Bytes value) {
        if (joined == null) {
          joined = new ByteArrayOutputStream();
        } else if (arguments[1] instanceof Bytes delimiter) {
          joined.writeBytes(delimiter.shared());
        }
        joined.writeBytes(value.shared());
      }
    }

    @Override
    public @Nullable Object result(EvalContext context) {
      return joined == null ? null : Bytes.owning(joined.toByteArray());
    }
  }
}
