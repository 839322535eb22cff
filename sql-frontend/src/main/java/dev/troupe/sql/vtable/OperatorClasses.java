package dev.troupe.sql.vtable;

import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TypeId;
import java.util.List;

/** Operator classes of ordered indexes, with PostgreSQL's OIDs. */
final class OperatorClasses {
  /**
   * A class.
   *
   * @param family OID of its family
   */
  record OperatorClass(long oid, String name, long family, TypeId type) {}

  static final List<OperatorClass> ALL =
      List.of(
          new OperatorClass(10000, "array_ops", 397, TypeId.ARRAY),
          new OperatorClass(10003, "bool_ops", 424, TypeId.BOOL),
          new OperatorClass(10004, "bpchar_ops", 426, TypeId.BPCHAR),
          new OperatorClass(10006, "bytea_ops", 428, TypeId.BYTEA),
          new OperatorClass(10007, "char_ops", 429, TypeId.CHAR),
          new OperatorClass(3122, "date_ops", 434, TypeId.DATE),
          new OperatorClass(10012, "float4_ops", 1970, TypeId.FLOAT4),
          new OperatorClass(3123, "float8_ops", 1970, TypeId.FLOAT8),
          new OperatorClass(1979, "int2_ops", 1976, TypeId.INT2),
          new OperatorClass(1978, "int4_ops", 1976, TypeId.INT4),
          new OperatorClass(3124, "int8_ops", 1976, TypeId.INT8),
          new OperatorClass(10022, "interval_ops", 1982, TypeId.INTERVAL),
          new OperatorClass(10088, "jsonb_ops", 4033, TypeId.JSONB),
          new OperatorClass(10028, "name_ops", 1994, TypeId.NAME),
          new OperatorClass(3125, "numeric_ops", 1988, TypeId.NUMERIC),
          new OperatorClass(1981, "oid_ops", 1989, TypeId.OID),
          new OperatorClass(10032, "oidvector_ops", 1991, TypeId.OIDVECTOR),
          new OperatorClass(10034, "record_ops", 2994, TypeId.RECORD),
          new OperatorClass(3126, "text_ops", 1994, TypeId.TEXT),
          new OperatorClass(10038, "time_ops", 1996, TypeId.TIME),
          new OperatorClass(3128, "timestamp_ops", 434, TypeId.TIMESTAMP),
          new OperatorClass(3127, "timestamptz_ops", 434, TypeId.TIMESTAMPTZ),
          new OperatorClass(10041, "timetz_ops", 2000, TypeId.TIMETZ),
          new OperatorClass(10065, "uuid_ops", 2968, TypeId.UUID));

  private OperatorClasses() {}

  /** OID of the class that an index over a column of the type has. */
  static long of(SqlType type) {
    TypeId wanted =
        switch (type.id()) {
          case VARCHAR -> TypeId.TEXT;
          case REGCLASS, REGTYPE, REGPROC, REGNAMESPACE, REGROLE -> TypeId.OID;
          default -> type.id();
        };
    return ALL.stream()
        .filter(each -> each.type() == wanted)
        .mapToLong(OperatorClass::oid)
        .findFirst()
        .orElse(0);
  }
}
