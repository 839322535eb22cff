package dev.troupe.sql.type.cast;

import dev.troupe.sql.type.TypeId;
import dev.troupe.sql.type.cast.Cast.Context;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The casts that PostgreSQL's catalog pg_cast lists. */
final class CastTable {
  private static final Map<TypeId, Map<TypeId, Context>> CONTEXTS = new EnumMap<>(TypeId.class);

  private static final List<TypeId> REG =
      List.of(TypeId.REGPROC, TypeId.REGCLASS, TypeId.REGTYPE, TypeId.REGNAMESPACE, TypeId.REGROLE);

  static {
    numbers();
    oids();
    strings();
    times();
    put(Context.ASSIGNMENT, TypeId.JSON, TypeId.JSONB);
    put(Context.ASSIGNMENT, TypeId.JSONB, TypeId.JSON);
    put(
        Context.EXPLICIT,
        TypeId.JSONB,
        TypeId.BOOL,
        TypeId.INT2,
        TypeId.INT4,
        TypeId.INT8,
        TypeId.FLOAT4,
        TypeId.FLOAT8,
        TypeId.NUMERIC);
  }

  private CastTable() {}

  private static void numbers() {
    List<TypeId> upwards =
        List.of(
            TypeId.INT2, TypeId.INT4, TypeId.INT8, TypeId.NUMERIC, TypeId.FLOAT4, TypeId.FLOAT8);
    for (int i = 0; i < upwards.size(); i++) {
      for (int j = 0; j < upwards.size(); j++) {
        if (i != j) {
          put(i < j ? Context.IMPLICIT : Context.ASSIGNMENT, upwards.get(i), upwards.get(j));
        }
      }
    }
    put(Context.EXPLICIT, TypeId.INT4, TypeId.BOOL);
    put(Context.EXPLICIT, TypeId.BOOL, TypeId.INT4);
    put(Context.EXPLICIT, TypeId.INT4, TypeId.CHAR);
    put(Context.EXPLICIT, TypeId.CHAR, TypeId.INT4);
  }

  private static void oids() {
    for (TypeId integer : List.of(TypeId.INT2, TypeId.INT4, TypeId.INT8)) {
      put(Context.IMPLICIT, integer, TypeId.OID);
      REG.forEach(reg -> put(Context.IMPLICIT, integer, reg));
    }
    put(Context.ASSIGNMENT, TypeId.OID, TypeId.INT4, TypeId.INT8);
    for (TypeId reg : REG) {
      put(Context.IMPLICIT, TypeId.OID, reg);
      put(Context.IMPLICIT, reg, TypeId.OID);
      put(Context.ASSIGNMENT, reg, TypeId.INT4, TypeId.INT8);
    }
  }

  private static void strings() {
    put(Context.IMPLICIT, TypeId.TEXT, TypeId.BPCHAR, TypeId.VARCHAR, TypeId.NAME, TypeId.REGCLASS);
    put(Context.IMPLICIT, TypeId.VARCHAR, TypeId.TEXT, TypeId.BPCHAR, TypeId.NAME, TypeId.REGCLASS);
    put(Context.IMPLICIT, TypeId.BPCHAR, TypeId.TEXT, TypeId.VARCHAR, TypeId.NAME);
    put(Context.IMPLICIT, TypeId.NAME, TypeId.TEXT);
    put(Context.ASSIGNMENT, TypeId.NAME, TypeId.BPCHAR, TypeId.VARCHAR);
    put(Context.IMPLICIT, TypeId.CHAR, TypeId.TEXT);
    put(Context.ASSIGNMENT, TypeId.CHAR, TypeId.BPCHAR, TypeId.VARCHAR);
    put(Context.ASSIGNMENT, TypeId.TEXT, TypeId.CHAR);
    put(Context.ASSIGNMENT, TypeId.VARCHAR, TypeId.CHAR);
    put(Context.ASSIGNMENT, TypeId.BPCHAR, TypeId.CHAR);
    put(Context.ASSIGNMENT, TypeId.BOOL, TypeId.TEXT, TypeId.VARCHAR, TypeId.BPCHAR);
  }

  private static void times() {
    put(Context.IMPLICIT, TypeId.DATE, TypeId.TIMESTAMP, TypeId.TIMESTAMPTZ);
    put(Context.IMPLICIT, TypeId.TIMESTAMP, TypeId.TIMESTAMPTZ);
    put(Context.ASSIGNMENT, TypeId.TIMESTAMP, TypeId.DATE, TypeId.TIME);
    put(
        Context.ASSIGNMENT,
        TypeId.TIMESTAMPTZ,
        TypeId.DATE,
        TypeId.TIME,
        TypeId.TIMESTAMP,
        TypeId.TIMETZ);
    put(Context.IMPLICIT, TypeId.TIME, TypeId.INTERVAL, TypeId.TIMETZ);
    put(Context.ASSIGNMENT, TypeId.TIMETZ, TypeId.TIME);
    put(Context.ASSIGNMENT, TypeId.INTERVAL, TypeId.TIME);
  }

  private static void put(Context context, TypeId from, TypeId... targets) {
    Map<TypeId, Context> ofSource =
        CONTEXTS.computeIfAbsent(from, id -> new EnumMap<>(TypeId.class));
    for (TypeId target : targets) {
      ofSource.put(target, context);
    }
  }

  static @Nullable Context context(TypeId from, TypeId to) {
    Map<TypeId, Context> ofSource = CONTEXTS.get(from);
    return ofSource == null ? null : ofSource.get(to);
  }
}
