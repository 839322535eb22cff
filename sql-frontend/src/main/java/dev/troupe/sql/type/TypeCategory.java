package dev.troupe.sql.type;

/**
 * Kinds of types that overloaded functions are chosen by ({@code pg_type.typcategory}); within one,
 * a preferred type wins.
 */
public enum TypeCategory {
  ARRAY('A'),
  BOOLEAN('B'),
  DATE_TIME('D'),
  NUMERIC('N'),
  PSEUDO('P'),
  STRING('S'),
  TIMESPAN('T'),
  USER_DEFINED('U'),
  UNKNOWN('X'),
  INTERNAL('Z');

  private final char code;

  TypeCategory(char code) {
    this.code = code;
  }

  public char code() {
    return code;
  }

  public static TypeCategory of(SqlType type) {
    return of(type.id());
  }

  public static TypeCategory of(TypeId id) {
    return switch (id) {
      case BOOL -> BOOLEAN;
      case INT2, INT4, INT8, FLOAT4, FLOAT8, NUMERIC, OID -> TypeCategory.NUMERIC;
      case REGPROC, REGCLASS, REGTYPE, REGNAMESPACE, REGROLE -> TypeCategory.NUMERIC;
      case TEXT, VARCHAR, BPCHAR, NAME -> STRING;
      case DATE, TIME, TIMETZ, TIMESTAMP, TIMESTAMPTZ -> DATE_TIME;
      case INTERVAL -> TIMESPAN;
      case ARRAY, INT2VECTOR, OIDVECTOR -> TypeCategory.ARRAY;
      case BYTEA, UUID, JSON, JSONB -> USER_DEFINED;
      case RECORD, VOID -> PSEUDO;
      case UNKNOWN -> TypeCategory.UNKNOWN;
      case CHAR -> INTERNAL;
    };
  }

  /** Whether the type is preferred in its category ({@code pg_type.typispreferred}). */
  public static boolean isPreferred(SqlType type) {
    return switch (type.id()) {
      case BOOL, FLOAT8, OID, TEXT, TIMESTAMPTZ, INTERVAL -> true;
      case BYTEA,
          CHAR,
          NAME,
          INT8,
          INT2,
          INT2VECTOR,
          INT4,
          REGPROC,
          OIDVECTOR,
          JSON,
          FLOAT4,
          UNKNOWN,
          BPCHAR,
          VARCHAR,
          DATE,
          TIME,
          TIMESTAMP,
          TIMETZ,
          NUMERIC,
          REGCLASS,
          REGTYPE,
          REGNAMESPACE,
          REGROLE,
          RECORD,
          VOID,
          UUID,
          JSONB,
          ARRAY ->
          false;
    };
  }
}
