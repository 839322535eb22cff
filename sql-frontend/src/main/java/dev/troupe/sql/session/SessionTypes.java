package dev.troupe.sql.session;

import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.eval.SessionServices;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TypeSession;
import dev.troupe.sql.type.format.Format;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.Locale;

/** Values as the clients of one session write and read them. Owned by the session's thread. */
public final class SessionTypes {
  private static final int FIRST_BYTES = 64;
  private static final String NO_OBJECT = "-";

  /** Writes values of one type in one format. */
  @FunctionalInterface
  public interface Writer {
    /** Appends the value, without its length. */
    void write(Object value, ByteWriter out);
  }

  private final SessionServices services;
  private final TypeSession session;

  SessionTypes(SessionParts parts, SessionServices services) {
    this.services = services;
    this.session = new FromSettings(parts);
  }

  /** What texts depend on. */
  TypeSession session() {
    return session;
  }

  public Writer textWriter(SqlType type) {
    if (isReg(type)) {
      String kind = kind(type);
      return (value, out) -> out.putRaw(name(kind, (Long) value).getBytes(StandardCharsets.UTF_8));
    }
    Format format = Format.of(type);
    return (value, out) -> format.writeUtf8(value, session, out);
  }

  public Writer binaryWriter(SqlType type) {
    return Format.of(type)::writeBinary;
  }

  String toText(SqlType type, Object value) {
    return isReg(type) ? name(kind(type), (Long) value) : Format.of(type).toText(value, session);
  }

  byte[] toBinary(SqlType type, Object value) {
    var out = new ByteWriter(FIRST_BYTES);
    Format.of(type).writeBinary(value, out);
    return out.toBytes();
  }

  Object fromText(SqlType type, String text) {
    return isReg(type) ? resolve(kind(type), text) : Format.of(type).readText(text, session);
  }

  Object fromBinary(SqlType type, byte[] bytes) {
    return Format.of(type).readBinary(bytes, 0, bytes.length);
  }

  /** As {@code pg_type.typlen}: the size of values, -1 when it varies. */
  public static int length(SqlType type) {
    return switch (type.id()) {
      case BOOL, CHAR -> 1;
      case INT2 -> 2;
      case INT4, FLOAT4, DATE, OID, REGPROC, REGCLASS, REGTYPE, REGNAMESPACE, REGROLE, VOID -> 4;
      case INT8, FLOAT8, TIME, TIMESTAMP, TIMESTAMPTZ -> 8;
      case TIMETZ -> 12;
      case INTERVAL, UUID -> 16;
      case NAME -> 64;
      case UNKNOWN -> -2;
      case BYTEA, TEXT, BPCHAR, VARCHAR, NUMERIC, JSON, JSONB -> -1;
      case ARRAY, RECORD, INT2VECTOR, OIDVECTOR -> -1;
    };
  }

  /** Whether values are names of objects to clients: the catalog is asked for them. */
  static boolean isReg(SqlType type) {
    return switch (type.id()) {
      case REGPROC, REGCLASS, REGTYPE, REGNAMESPACE, REGROLE -> true;
      default -> false;
    };
  }

  private static String kind(SqlType type) {
    return type.id().internalName();
  }

  private String name(String kind, long oid) {
    return oid == 0 ? NO_OBJECT : services.nameOf(kind, oid);
  }

  private Object resolve(String kind, String text) {
    String name = text.strip();
    if (name.equals(NO_OBJECT)) {
      return 0L;
    }
    if (!name.isEmpty() && name.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return Format.of(SqlType.OID).readText(name, session);
    }
    Long found = services.resolve(kind, name);
    if (found == null) {
      throw noSuch(kind, name);
    }
    return found;
  }

  private static SqlException noSuch(String kind, String name) {
    return switch (kind) {
      case "regclass" ->
          SqlException.of(SqlState.UNDEFINED_TABLE, "relation \"%s\" does not exist", name);
      case "regtype" ->
          SqlException.of(SqlState.UNDEFINED_OBJECT, "type \"%s\" does not exist", name);
      case "regproc" ->
          SqlException.of(SqlState.UNDEFINED_FUNCTION, "function \"%s\" does not exist", name);
      case "regnamespace" ->
          SqlException.of(SqlState.INVALID_SCHEMA_NAME, "schema \"%s\" does not exist", name);
      default -> SqlException.of(SqlState.UNDEFINED_OBJECT, "role \"%s\" does not exist", name);
    };
  }

  /** Reads settings as they are when a value is written or read. */
  private record FromSettings(SessionParts parts) implements TypeSession {
    @Override
    public ZoneId timeZone() {
      return parts.settings().zone();
    }

    @Override
    public long transactionMicros() {
      return parts.transaction().isOpen() ? parts.transaction().beganMicros() : parts.nowMicros();
    }

    @Override
    public DateOrder dateOrder() {
      String style = parts.settings().get("DateStyle");
      return DateOrder.valueOf(style.substring(style.length() - DateOrder.MDY.name().length()));
    }

    @Override
    public IntervalStyle intervalStyle() {
      return IntervalStyle.valueOf(parts.settings().get("IntervalStyle").toUpperCase(Locale.ROOT));
    }

    @Override
    public int extraFloatDigits() {
      return Integer.parseInt(parts.settings().get("extra_float_digits"));
    }

    @Override
    public ByteaOutput byteaOutput() {
      return ByteaOutput.valueOf(parts.settings().get("bytea_output").toUpperCase(Locale.ROOT));
    }
  }
}
