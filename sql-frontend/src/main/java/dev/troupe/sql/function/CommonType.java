package dev.troupe.sql.function;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TypeCategory;
import dev.troupe.sql.type.TypeId;
import dev.troupe.sql.type.TypeNames;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One type for several expressions: PostgreSQL's documentation, chapter 10.5. */
public final class CommonType {
  private CommonType() {}

  /**
   * The type that all branches are to be cast to; TEXT when no type is known.
   *
   * @param construct for the message: CASE, UNION, COALESCE, VALUES, ARRAY, ...
   * @throws SqlException DATATYPE_MISMATCH
   */
  public static SqlType of(String construct, List<SqlType> types) {
    SqlType best = types.getFirst();
    for (SqlType next : types) {
      if (!next.isSameAs(best) && !isUnknown(next)) {
        if (!isUnknown(best) && TypeCategory.of(next) != TypeCategory.of(best)) {
          throw SqlException.of(
              SqlState.DATATYPE_MISMATCH,
              "%s types %s and %s cannot be matched",
              construct,
              TypeNames.plain(best),
              TypeNames.plain(next));
        }
        best = better(best, next);
      }
    }
    return withModifier(isUnknown(best) ? SqlType.TEXT : best, types);
  }

  /** Same as {@link #of}, but null instead of an error. */
  static @Nullable SqlType orNull(List<SqlType> types) {
    SqlType best = types.getFirst();
    for (SqlType next : types) {
      if (!next.isSameAs(best) && !isUnknown(next)) {
        if (!isUnknown(best) && TypeCategory.of(next) != TypeCategory.of(best)) {
          return null;
        }
        best = better(best, next);
      }
    }
    return isUnknown(best) ? SqlType.TEXT : best.plain();
  }

  /** A preferred type stays; otherwise the one that the other can be cast to, and not back. */
  private static SqlType better(SqlType best, SqlType next) {
    if (isUnknown(best)) {
      return next;
    }
    boolean wider =
        !TypeCategory.isPreferred(best)
            && Coercion.isImplicit(best, next)
            && !Coercion.isImplicit(next, best);
    return wider ? next : best;
  }

  /** A modifier is kept when all branches have the same. */
  private static SqlType withModifier(SqlType chosen, List<SqlType> types) {
    boolean all = types.stream().allMatch(type -> type.equals(chosen));
    return all ? chosen : chosen.plain();
  }

  private static boolean isUnknown(SqlType type) {
    return type.id() == TypeId.UNKNOWN;
  }
}
