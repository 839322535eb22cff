package dev.troupe.sql.type;

import dev.troupe.protocol.error.Invariant;
import org.jspecify.annotations.Nullable;

/**
 * A type with its modifier.
 *
 * @param modifier as PostgreSQL's typmod: for VARCHAR and BPCHAR the length + 4, for NUMERIC {@code
 *     (precision << 16 | scale & 0x7ff) + 4}, for times and INTERVAL the precision (and fields); -1
 *     when there is none. Of an array, that of its elements.
 * @param element of an array; otherwise null
 */
public record SqlType(TypeId id, int modifier, @Nullable SqlType element) {
  public static final SqlType BOOL = of(TypeId.BOOL);
  public static final SqlType INT2 = of(TypeId.INT2);
  public static final SqlType INT4 = of(TypeId.INT4);
  public static final SqlType INT8 = of(TypeId.INT8);
  public static final SqlType FLOAT4 = of(TypeId.FLOAT4);
  public static final SqlType FLOAT8 = of(TypeId.FLOAT8);
  public static final SqlType NUMERIC = of(TypeId.NUMERIC);
  public static final SqlType TEXT = of(TypeId.TEXT);
  public static final SqlType VARCHAR = of(TypeId.VARCHAR);
  public static final SqlType BPCHAR = of(TypeId.BPCHAR);
  public static final SqlType NAME = of(TypeId.NAME);
  public static final SqlType CHAR = of(TypeId.CHAR);
  public static final SqlType BYTEA = of(TypeId.BYTEA);
  public static final SqlType DATE = of(TypeId.DATE);
  public static final SqlType TIME = of(TypeId.TIME);
  public static final SqlType TIMETZ = of(TypeId.TIMETZ);
  public static final SqlType TIMESTAMP = of(TypeId.TIMESTAMP);
  public static final SqlType TIMESTAMPTZ = of(TypeId.TIMESTAMPTZ);
  public static final SqlType INTERVAL = of(TypeId.INTERVAL);
  public static final SqlType UUID = of(TypeId.UUID);
  public static final SqlType JSON = of(TypeId.JSON);
  public static final SqlType JSONB = of(TypeId.JSONB);
  public static final SqlType OID = of(TypeId.OID);
  public static final SqlType REGCLASS = of(TypeId.REGCLASS);
  public static final SqlType REGTYPE = of(TypeId.REGTYPE);
  public static final SqlType REGPROC = of(TypeId.REGPROC);
  public static final SqlType REGNAMESPACE = of(TypeId.REGNAMESPACE);
  public static final SqlType REGROLE = of(TypeId.REGROLE);
  public static final SqlType INT2VECTOR = of(TypeId.INT2VECTOR);
  public static final SqlType OIDVECTOR = of(TypeId.OIDVECTOR);
  public static final SqlType RECORD = of(TypeId.RECORD);
  public static final SqlType VOID = of(TypeId.VOID);
  public static final SqlType UNKNOWN = of(TypeId.UNKNOWN);

  public SqlType {
    Invariant.check((id == TypeId.ARRAY) == (element != null), "elements belong to arrays: %s", id);
  }

  public static SqlType of(TypeId id) {
    return new SqlType(id, -1, null);
  }

  public static SqlType of(TypeId id, int modifier) {
    return new SqlType(id, modifier, null);
  }

  public static SqlType arrayOf(SqlType element) {
    return new SqlType(TypeId.ARRAY, element.modifier, element);
  }

  public boolean isArray() {
    return id == TypeId.ARRAY;
  }

  /** The same type without a modifier. */
  public SqlType plain() {
    SqlType of = element;
    if (modifier == -1) {
      return this;
    }
    return of == null ? of(id) : arrayOf(of.plain());
  }

  /** Whether both are the same type, whatever their modifiers. */
  public boolean isSameAs(SqlType other) {
    SqlType mine = element;
    SqlType theirs = other.element;
    return id == other.id && (mine == null || (theirs != null && mine.isSameAs(theirs)));
  }

  /** The OID that clients know the type by. */
  public int oid() {
    SqlType of = element;
    return of == null ? id.oid() : of.id.arrayOid();
  }
}
