package dev.troupe.sql.vtable;

import dev.troupe.sql.type.SqlType;

/**
 * How PostgreSQL would keep values of a type: clients read it from {@code pg_type} and {@code
 * pg_attribute}.
 *
 * @param length in bytes; -1: it varies
 */
record StoredForm(
    int length, boolean byValue, String alignment, String storage, long collation, long input) {
  private static final long DEFAULT_COLLATION = 100;
  private static final long C_COLLATION = 950;
  private static final long ARRAY_INPUT = 750;

  static StoredForm of(SqlType type) {
    return switch (type.id()) {
      case BOOL -> fixed(1, "c", 1242);
      case CHAR -> fixed(1, "c", 1245);
      case INT2 -> fixed(2, "s", 38);
      case INT4 -> fixed(4, "i", 42);
      case DATE -> fixed(4, "i", 1084);
      case FLOAT4 -> fixed(4, "i", 200);
      case OID -> fixed(4, "i", 1798);
      case REGPROC -> fixed(4, "i", 44);
      case REGCLASS -> fixed(4, "i", 2218);
      case REGTYPE -> fixed(4, "i", 2220);
      case REGNAMESPACE -> fixed(4, "i", 4084);
      case REGROLE -> fixed(4, "i", 4098);
      case VOID -> fixed(4, "i", 2298);
      case INT8 -> fixed(8, "d", 460);
      case FLOAT8 -> fixed(8, "d", 214);
      case TIME -> fixed(8, "d", 1143);
      case TIMESTAMP -> fixed(8, "d", 1312);
      case TIMESTAMPTZ -> fixed(8, "d", 1150);
      case INTERVAL -> new StoredForm(16, false, "d", "p", 0, 1160);
      case TIMETZ -> new StoredForm(12, false, "d", "p", 0, 1350);
      case UUID -> new StoredForm(16, false, "c", "p", 0, 2952);
      case NAME -> new StoredForm(64, false, "c", "p", C_COLLATION, 34);
      case UNKNOWN -> new StoredForm(-2, false, "c", "p", 0, 109);
      case NUMERIC -> new StoredForm(-1, false, "i", "m", 0, 1701);
      case TEXT -> new StoredForm(-1, false, "i", "x", DEFAULT_COLLATION, 46);
      case VARCHAR -> new StoredForm(-1, false, "i", "x", DEFAULT_COLLATION, 1046);
      case BPCHAR -> new StoredForm(-1, false, "i", "x", DEFAULT_COLLATION, 1044);
      case BYTEA -> new StoredForm(-1, false, "i", "x", 0, 1244);
      case JSON -> new StoredForm(-1, false, "i", "x", 0, 321);
      case JSONB -> new StoredForm(-1, false, "i", "x", 0, 3806);
      case INT2VECTOR -> new StoredForm(-1, false, "i", "p", 0, 40);
      case OIDVECTOR -> new StoredForm(-1, false, "i", "p", 0, 54);
      case RECORD -> new StoredForm(-1, false, "d", "x", 0, 2290);
      case ARRAY -> {
        SqlType element = type.element();
        long collation = element == null ? 0 : of(element).collation();
        yield new StoredForm(-1, false, "i", "x", collation, ARRAY_INPUT);
      }
    };
  }

  private static StoredForm fixed(int length, String alignment, long input) {
    return new StoredForm(length, true, alignment, "p", 0, input);
  }
}
