package dev.troupe.sql.function;

import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TypeId;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What arguments turn into without being asked to: the implicit ones of PostgreSQL's casts. */
final class Coercion {
  private static final Set<TypeId> REG =
      EnumSet.of(
          TypeId.REGPROC, TypeId.REGCLASS, TypeId.REGTYPE, TypeId.REGNAMESPACE, TypeId.REGROLE);

  private static final Map<TypeId, Set<TypeId>> IMPLICIT = new EnumMap<>(TypeId.class);

  static {
    allow(TypeId.INT2, TypeId.INT4, TypeId.INT8, TypeId.FLOAT4, TypeId.FLOAT8, TypeId.NUMERIC);
    allow(TypeId.INT4, TypeId.INT8, TypeId.FLOAT4, TypeId.FLOAT8, TypeId.NUMERIC);
    allow(TypeId.INT8, TypeId.FLOAT4, TypeId.FLOAT8, TypeId.NUMERIC);
    for (TypeId integer : new TypeId[] {TypeId.INT2, TypeId.INT4, TypeId.INT8}) {
      allow(integer, TypeId.OID);
      REG.forEach(reg -> allow(integer, reg));
    }
    for (TypeId reg : REG) {
      allow(TypeId.OID, reg);
      allow(reg, TypeId.OID);
    }
    allow(TypeId.NUMERIC, TypeId.FLOAT4, TypeId.FLOAT8);
    allow(TypeId.FLOAT4, TypeId.FLOAT8);
    allow(TypeId.TEXT, TypeId.BPCHAR, TypeId.VARCHAR, TypeId.NAME, TypeId.REGCLASS);
    allow(TypeId.VARCHAR, TypeId.TEXT, TypeId.BPCHAR, TypeId.NAME, TypeId.REGCLASS);
    allow(TypeId.BPCHAR, TypeId.TEXT, TypeId.VARCHAR, TypeId.NAME);
    allow(TypeId.NAME, TypeId.TEXT);
    allow(TypeId.CHAR, TypeId.TEXT);
    allow(TypeId.DATE, TypeId.TIMESTAMP, TypeId.TIMESTAMPTZ);
    allow(TypeId.TIMESTAMP, TypeId.TIMESTAMPTZ);
    allow(TypeId.TIME, TypeId.INTERVAL, TypeId.TIMETZ);
  }

  private Coercion() {}

  private static void allow(TypeId from, TypeId... to) {
    Set<TypeId> targets = IMPLICIT.computeIfAbsent(from, id -> EnumSet.noneOf(TypeId.class));
    targets.addAll(Set.of(to));
  }

  /** The type of an array's elements; null when it is no array. */
  static @Nullable SqlType elementOf(SqlType type) {
    if (type.id() == TypeId.INT2VECTOR) {
      return SqlType.INT2;
    }
    return type.id() == TypeId.OIDVECTOR ? SqlType.OID : type.element();
  }

  /** Literals of unknown type can become anything; arrays follow their elements. */
  static boolean isImplicit(SqlType from, SqlType to) {
    if (from.id() == TypeId.UNKNOWN || from.isSameAs(to)) {
      return true;
    }
    SqlType fromElement = from.element();
    SqlType toElement = to.element();
    if (fromElement != null && toElement != null) {
      return isImplicit(fromElement, toElement);
    }
    return IMPLICIT.getOrDefault(from.id(), Set.of()).contains(to.id());
  }
}
