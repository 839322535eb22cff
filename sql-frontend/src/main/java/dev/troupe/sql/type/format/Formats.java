package dev.troupe.sql.type.format;

import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TypeId;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/** The formats of all types. */
final class Formats {
  /** Those of types without a modifier, made once. */
  private static final Map<TypeId, Format> PLAIN = new EnumMap<>(TypeId.class);

  static {
    for (TypeId id : TypeId.values()) {
      if (id != TypeId.ARRAY && id != TypeId.INT2VECTOR && id != TypeId.OIDVECTOR) {
        PLAIN.put(id, make(SqlType.of(id)));
      }
    }
  }

  private Formats() {}

  static Format of(SqlType type) {
    Format plain = type.modifier() < 0 ? PLAIN.get(type.id()) : null;
    return plain != null ? plain : make(type);
  }

  private static Format make(SqlType type) {
    return switch (type.id()) {
      case BOOL -> new BoolFormat();
      case INT2 -> IntegerFormat.INT2;
      case INT4 -> IntegerFormat.INT4;
      case INT8 -> IntegerFormat.INT8;
      case OID -> IntegerFormat.OID;
      case REGPROC, REGCLASS, REGTYPE, REGNAMESPACE, REGROLE -> new RegFormat(type.id().sqlName());
      case FLOAT4 -> FloatFormat.FLOAT4;
      case FLOAT8 -> FloatFormat.FLOAT8;
      case NUMERIC -> new NumericFormat(type);
      case TEXT, VARCHAR, BPCHAR, NAME, CHAR, UNKNOWN, VOID -> new TextFormat(type);
      case BYTEA -> new ByteaFormat();
      case DATE -> TimeFormats.DATE;
      case TIME -> new TimeFormats.Time(type);
      case TIMETZ -> new TimeFormats.TimeWithZone(type);
      case TIMESTAMP -> new TimeFormats.Timestamp(type, false);
      case TIMESTAMPTZ -> new TimeFormats.Timestamp(type, true);
      case INTERVAL -> new TimeFormats.Intervals(type);
      case UUID -> new UuidFormat();
      case JSON -> new JsonFormat(false);
      case JSONB -> new JsonFormat(true);
      case INT2VECTOR -> new VectorFormat(SqlType.INT2);
      case OIDVECTOR -> new VectorFormat(SqlType.OID);
      case RECORD -> new RecordFormat();
      case ARRAY -> new ArrayFormat(Objects.requireNonNull(type.element()));
    };
  }
}
