package dev.troupe.sql.analyze;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.function.CommonType;
import dev.troupe.sql.plan.CastFunction;
import dev.troupe.sql.plan.SqlExpr;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TypeId;
import dev.troupe.sql.type.TypeNames;
import dev.troupe.sql.type.cast.Cast.Context;
import dev.troupe.sql.type.cast.Casts;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes expressions have the type that is asked for. Literals in quotes and undecided parameters
 * take whatever type they should have; others are cast. A cast that would leave the value as it is
 * (varchar to text) is left out where nobody sees the difference.
 */
final class Conversions {
  private final Binding binding;

  Conversions(Binding binding) {
    this.binding = binding;
  }

  /** For arguments of functions and branches, whose types were chosen so that this is possible. */
  SqlExpr implicit(SqlExpr e, SqlType to, int position) {
    if (to.id() == TypeId.UNKNOWN || e.type().equals(to)) {
      return e;
    }
    SqlExpr decided = decided(e, to, false, position);
    if (decided != null) {
      return decided;
    }
    boolean sameValue = e.type().isSameAs(to) || CastFunction.isRelabel(e.type(), to);
    if (sameValue && to.plain().equals(to)) {
      return e;
    }
    if (Casts.context(e.type(), to) == null) {
      throw cannotCast(e.type(), to, position);
    }
    return cast(e, to, false);
  }

  /** For values to be stored. */
  SqlExpr assign(SqlExpr e, SqlType to, String column, int position) {
    SqlExpr decided = decided(e, to, false, position);
    if (decided != null) {
      return decided;
    }
    if (!canAssign(e.type(), to)) {
      throw SqlException.of(
              SqlState.DATATYPE_MISMATCH,
              "column \"%s\" is of type %s but expression is of type %s",
              column,
              TypeNames.plain(to),
              TypeNames.plain(e.type()))
          .withHint("You will need to rewrite or cast the expression.")
          .at(position);
    }
    return assignable(e, to, position);
  }

  /** The cast of an assignment that is known to be possible. */
  SqlExpr assignable(SqlExpr e, SqlType to, int position) {
    SqlExpr decided = decided(e, to, false, position);
    if (decided != null) {
      return decided;
    }
    boolean sameValue =
        e.type().equals(to)
            || (to.modifier() == -1
                && (e.type().isSameAs(to) || CastFunction.isRelabel(e.type(), to)));
    return sameValue ? e : cast(e, to, false);
  }

  boolean canAssign(SqlType from, SqlType to) {
    if (from.id() == TypeId.UNKNOWN) {
      return true;
    }
    Context context = Casts.context(from, to);
    return context == Context.IMPLICIT || context == Context.ASSIGNMENT;
  }

  boolean canCast(SqlType from, SqlType to) {
    return from.id() == TypeId.UNKNOWN || Casts.context(from, to) != null;
  }

  /** CAST: the result has exactly the type that is asked for. */
  SqlExpr explicit(SqlExpr e, SqlType to, int position) {
    SqlExpr decided = decided(e, to, true, position);
    if (decided != null) {
      return decided;
    }
    if (e.type().equals(to)) {
      return e;
    }
    if (!canCast(e.type(), to)) {
      throw cannotCast(e.type(), to, position);
    }
    return cast(e, to, true);
  }

  private static SqlException cannotCast(SqlType from, SqlType to, int position) {
    return SqlException.of(
            SqlState.CANNOT_COERCE,
            "cannot cast type %s to %s",
            TypeNames.plain(from),
            TypeNames.plain(to))
        .at(position);
  }

  private static SqlExpr cast(SqlExpr e, SqlType to, boolean explicit) {
    return new SqlExpr.Call(new CastFunction(e.type(), to, explicit), List.of(e), to);
  }

  /** What becomes of an expression without a type of its own; null when it has one. */
  private @Nullable SqlExpr decided(SqlExpr e, SqlType to, boolean explicit, int position) {
    if (e instanceof SqlExpr.Constant constant) {
      Object value = constant.value();
      if (value == null) {
        return new SqlExpr.Constant(null, to);
      }
      if (e.type().id() == TypeId.UNKNOWN && value instanceof String text) {
        int own = binding.position(e);
        return literal(text, to, explicit, own < 0 ? position : own);
      }
    }
    if (e instanceof SqlExpr.Parameter parameter && e.type().id() == TypeId.UNKNOWN) {
      SqlExpr typed = binding.parameters.decide(parameter, to, position);
      return to.modifier() == -1 ? typed : cast(typed, to, explicit);
    }
    return null;
  }

  private static SqlExpr literal(String text, SqlType to, boolean explicit, int position) {
    CastFunction reading = new CastFunction(SqlType.UNKNOWN, to, explicit);
    if (reading.dependsOnSession(text)) {
      if (!reading.readsNames()) {
        refuseMalformed(reading, text, position);
      }
      SqlExpr unread = new SqlExpr.Constant(text, SqlType.TEXT);
      // A literal may be of any type, also where a text could not be assigned.
      return new SqlExpr.Call(new CastFunction(SqlType.TEXT, to, true), List.of(unread), to);
    }
    try {
      return new SqlExpr.Constant(reading.read(text), to);
    } catch (SqlException e) {
      throw e.at(position);
    }
  }

  /** What no session could read is said before it is read, since its place is still known. */
  private static void refuseMalformed(CastFunction reading, String text, int position) {
    try {
      reading.read(text);
    } catch (SqlException e) {
      if (e.state() == SqlState.INVALID_DATETIME_FORMAT) {
        throw e.at(position);
      }
    }
  }

  /** TEXT for what has no type. */
  SqlExpr known(SqlExpr e, int position) {
    return e.type().id() == TypeId.UNKNOWN ? implicit(e, SqlType.TEXT, position) : e;
  }

  SqlExpr condition(SqlExpr e, String construct, int position) {
    if (e.type().id() == TypeId.UNKNOWN) {
      return implicit(e, SqlType.BOOL, position);
    }
    if (e.type().id() != TypeId.BOOL) {
      throw SqlException.of(
              SqlState.DATATYPE_MISMATCH,
              "argument of %s must be type boolean, not type %s",
              construct,
              TypeNames.plain(e.type()))
          .at(position);
    }
    return e;
  }

  /** A number of rows. */
  SqlExpr integral(SqlExpr e, String construct, int position) {
    if (!canAssign(e.type(), SqlType.INT8)) {
      throw SqlException.of(
              SqlState.DATATYPE_MISMATCH,
              "argument of %s must be type bigint, not type %s",
              construct,
              TypeNames.plain(e.type()))
          .at(position);
    }
    return assignable(e, SqlType.INT8, position);
  }

  /** The type for all of them; the one that does not fit is pointed at. */
  SqlType common(String construct, List<SqlExpr> terms, List<Integer> positions) {
    List<SqlType> types = new ArrayList<>();
    for (SqlExpr term : terms) {
      types.add(term.type());
    }
    try {
      return CommonType.of(construct, types);
    } catch (SqlException misfit) {
      throw misfit.at(misfitPosition(construct, types, positions));
    }
  }

  private static int misfitPosition(
      String construct, List<SqlType> types, List<Integer> positions) {
    for (int i = 1; i < types.size(); i++) {
      try {
        CommonType.of(construct, types.subList(0, i + 1));
      } catch (SqlException misfit) {
        return positions.get(i);
      }
    }
    return -1;
  }
}
