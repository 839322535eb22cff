package dev.troupe.sql.function;

import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TypeId;
import dev.troupe.sql.type.cast.Cast;
import dev.troupe.sql.type.cast.Casts;
import org.jspecify.annotations.Nullable;

/** What arguments turn into without being asked to. */
final class Coercion {
  private Coercion() {}

  /** The type of an array's elements; null when it is no array. */
  static @Nullable SqlType elementOf(SqlType type) {
    if (type.id() == TypeId.INT2VECTOR) {
      return SqlType.INT2;
    }
    return type.id() == TypeId.OIDVECTOR ? SqlType.OID : type.element();
  }

  /** Literals of unknown type can become anything; arrays follow their elements. */
  static boolean isImplicit(SqlType from, SqlType to) {
    return Casts.context(from, to) == Cast.Context.IMPLICIT;
  }
}
