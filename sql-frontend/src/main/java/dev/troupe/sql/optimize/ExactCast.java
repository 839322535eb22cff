package dev.troupe.sql.optimize;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.eval.EvalContext;
import dev.troupe.sql.eval.ScalarFunction;
import dev.troupe.sql.plan.CastFunction;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TypeId;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes a value comparable with a key of a narrower type: NULL when the key cannot hold it, for
 * then no key equals it.
 */
record ExactCast(CastFunction there, CastFunction back) implements ScalarFunction {
  private static final Set<TypeId> WHOLE = Set.of(TypeId.INT2, TypeId.INT4, TypeId.INT8);

  /** Whether all values of a type are values of the other, and equal ones stay equal. */
  static boolean isWidening(SqlType from, SqlType to) {
    return switch (from.id()) {
      case INT2 -> to.id() == TypeId.INT4 || to.id() == TypeId.INT8 || to.id() == TypeId.NUMERIC;
      case INT4 -> to.id() == TypeId.INT8 || to.id() == TypeId.NUMERIC;
      case INT8 -> to.id() == TypeId.NUMERIC;
      default -> false;
    };
  }

  /** Whether values can be narrowed as this does. */
  static boolean isPossible(SqlType from, SqlType to) {
    boolean number = WHOLE.contains(from.id()) || from.id() == TypeId.NUMERIC;
    return number && WHOLE.contains(to.id());
  }

  static ExactCast of(SqlType from, SqlType to) {
    return new ExactCast(new CastFunction(from, to, true), new CastFunction(to, from, true));
  }

  @Override
  public String name() {
    return "exact_" + there.name();
  }

  @Override
  public List<SqlType> parameters() {
    return there.parameters();
  }

  @Override
  public SqlType result() {
    return there.result();
  }

  @Override
  public @Nullable Object call(@Nullable Object[] arguments, EvalContext context) {
    Object argument = arguments[0];
    return argument == null ? null : call1(argument, context);
  }

  @Override
  public @Nullable Object call1(Object argument, EvalContext context) {
    try {
      Object narrow = there.call1(argument, context);
      Object again = narrow == null ? null : back.call1(narrow, context);
      return argument.equals(again) ? narrow : null;
    } catch (SqlException outOfRange) {
      return null;
    }
  }
}
