package dev.troupe.sql.type;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The kinds of types, with PostgreSQL's names and OIDs. {@link #ARRAY} stands for all arrays; the
 * OID of an array type belongs to its element.
 *
 * <p>Values in rows are Java objects, null for NULL, by this table:
 *
 * <pre>
 * BOOL                      Boolean
 * INT2, INT4                Integer
 * INT8                      Long
 * OID and the reg types     Long, 0 to 2^32 - 1
 * FLOAT4, FLOAT8            Float, Double
 * NUMERIC                   Numeric (finite, NaN or infinite)
 * TEXT, VARCHAR, NAME       String
 * BPCHAR                    String, without the padding
 * CHAR ("char")             String of at most one character
 * BYTEA                     Bytes
 * DATE                      Integer, days since 2000-01-01; MIN and MAX are infinite
 * TIME                      Long, microseconds since midnight
 * TIMETZ                    TimeTz
 * TIMESTAMP, TIMESTAMPTZ    Long, microseconds since 2000-01-01 (UTC); MIN and MAX are infinite
 * INTERVAL                  Interval
 * UUID                      java.util.UUID, compared as unsigned bytes
 * JSON                      String, as it was written
 * JSONB                     JsonValue
 * ARRAY                     SqlArray
 * INT2VECTOR, OIDVECTOR     SqlArray of INT2 or OID, counted from 0
 * RECORD                    SqlRecord
 * UNKNOWN                   String: a literal whose type is not known yet
 * VOID                      String, empty
 * </pre>
 */
public enum TypeId {
  BOOL("bool", "boolean", 16, 1000),
  BYTEA("bytea", "bytea", 17, 1001),
  CHAR("char", "\"char\"", 18, 1002),
  NAME("name", "name", 19, 1003),
  INT8("int8", "bigint", 20, 1016),
  INT2("int2", "smallint", 21, 1005),
  INT2VECTOR("int2vector", "int2vector", 22, 1006),
  INT4("int4", "integer", 23, 1007),
  REGPROC("regproc", "regproc", 24, 1008),
  TEXT("text", "text", 25, 1009),
  OID("oid", "oid", 26, 1028),
  OIDVECTOR("oidvector", "oidvector", 30, 1013),
  JSON("json", "json", 114, 199),
  FLOAT4("float4", "real", 700, 1021),
  FLOAT8("float8", "double precision", 701, 1022),
  UNKNOWN("unknown", "unknown", 705, 0),
  BPCHAR("bpchar", "character", 1042, 1014),
  VARCHAR("varchar", "character varying", 1043, 1015),
  DATE("date", "date", 1082, 1182),
  TIME("time", "time without time zone", 1083, 1183),
  TIMESTAMP("timestamp", "timestamp without time zone", 1114, 1115),
  TIMESTAMPTZ("timestamptz", "timestamp with time zone", 1184, 1185),
  INTERVAL("interval", "interval", 1186, 1187),
  TIMETZ("timetz", "time with time zone", 1266, 1270),
  NUMERIC("numeric", "numeric", 1700, 1231),
  REGCLASS("regclass", "regclass", 2205, 2210),
  REGTYPE("regtype", "regtype", 2206, 2211),
  REGNAMESPACE("regnamespace", "regnamespace", 4089, 4090),
  REGROLE("regrole", "regrole", 4096, 4097),
  RECORD("record", "record", 2249, 2287),
  VOID("void", "void", 2278, 0),
  UUID("uuid", "uuid", 2950, 2951),
  JSONB("jsonb", "jsonb", 3802, 3807),
  ARRAY("anyarray", "anyarray", 2277, 0);

  private static final Map<Integer, TypeId> BY_OID = new HashMap<>();

  static {
    for (TypeId id : values()) {
      BY_OID.put(id.oid, id);
    }
  }

  private final String internalName;
  private final String sqlName;
  private final int oid;
  private final int arrayOid;

  TypeId(String internalName, String sqlName, int oid, int arrayOid) {
    this.internalName = internalName;
    this.sqlName = sqlName;
    this.oid = oid;
    this.arrayOid = arrayOid;
  }

  /** As in {@code pg_type.typname}. */
  public String internalName() {
    return internalName;
  }

  /** As {@code format_type} shows it, without a modifier. */
  public String sqlName() {
    return sqlName;
  }

  public int oid() {
    return oid;
  }

  /** 0 when there are no arrays of it. */
  public int arrayOid() {
    return arrayOid;
  }

  /** The kind with this OID; null for arrays of something and for what is not known. */
  public static @Nullable TypeId ofOid(int oid) {
    return BY_OID.get(oid);
  }
}
