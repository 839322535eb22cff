package dev.troupe.sql.type.cast;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.type.SqlArray;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TypeCategory;
import dev.troupe.sql.type.TypeId;
import dev.troupe.sql.type.TypeNames;
import dev.troupe.sql.type.TypeSession;
import dev.troupe.sql.type.cast.Cast.Context;
import dev.troupe.sql.type.format.Format;
import dev.troupe.sql.type.format.ModifierCoercion;
import org.jspecify.annotations.Nullable;

/**
 * Finds casts as PostgreSQL does: those of its catalog, those of array elements, and those that
 * read what the source prints. Names of things in the catalog are unknown here: reg types are cast
 * as their numbers, and whoever knows the names handles texts of them before.
 */
public final class Casts {
  /** A conversion without regard to modifiers. */
  @FunctionalInterface
  interface Conversion {
    @Nullable Object convert(Object value, TypeSession session);

    Conversion IDENTITY = (value, session) -> value;
  }

  private record Step(
      Context context, Conversion conversion, SqlType target, boolean explicit, boolean isImmutable)
      implements Cast {
    @Override
    public boolean isIdentity() {
      return conversion == Conversion.IDENTITY && !ModifierCoercion.matters(target);
    }

    @Override
    public @Nullable Object apply(Object value, TypeSession session) {
      Object converted = conversion.convert(value, session);
      return converted == null ? null : ModifierCoercion.apply(target, converted, explicit);
    }
  }

  private Casts() {}

  /** The cast as it is written: {@code value::to}. Null when there is none. */
  public static @Nullable Cast find(SqlType from, SqlType to) {
    return find(from, to, Context.EXPLICIT);
  }

  /**
   * The cast in a context. Where it is written, strings that are too long for their type are cut;
   * elsewhere they are refused.
   *
   * @return null when there is none or it is not allowed there
   */
  public static @Nullable Cast find(SqlType from, SqlType to, Context where) {
    Context needed = context(from, to);
    if (needed == null || !needed.allowedIn(where)) {
      return null;
    }
    boolean explicit = where == Context.EXPLICIT;
    return new Step(needed, conversion(from, to), to, explicit, isImmutable(from.id(), to.id()));
  }

  /** The least context in which a cast is allowed; null when there is none. */
  public static @Nullable Context context(SqlType from, SqlType to) {
    if (from.isSameAs(to) || from.id() == TypeId.UNKNOWN) {
      return Context.IMPLICIT;
    }
    SqlType fromElement = elementOf(from);
    SqlType toElement = to.element();
    if (fromElement != null && toElement != null) {
      return context(fromElement, toElement);
    }
    Context listed = CastTable.context(from.id(), to.id());
    if (listed != null) {
      return listed;
    }
    if (isPseudo(to) || from.id() == TypeId.VOID) {
      return null;
    }
    if (TypeCategory.of(to) == TypeCategory.STRING) {
      return Context.ASSIGNMENT;
    }
    return TypeCategory.of(from) == TypeCategory.STRING ? Context.EXPLICIT : null;
  }

  private static boolean isPseudo(SqlType type) {
    return TypeCategory.of(type) == TypeCategory.PSEUDO || type.id() == TypeId.UNKNOWN;
  }

  private static @Nullable SqlType elementOf(SqlType type) {
    if (type.id() == TypeId.INT2VECTOR) {
      return SqlType.INT2;
    }
    return type.id() == TypeId.OIDVECTOR ? SqlType.OID : type.element();
  }

  private static Conversion conversion(SqlType from, SqlType to) {
    if (from.isSameAs(to) || (isText(from.id()) && isText(to.id()))) {
      return Conversion.IDENTITY;
    }
    SqlType fromElement = elementOf(from);
    SqlType toElement = to.element();
    if (fromElement != null && toElement != null) {
      return elementwise(conversion(fromElement, toElement), toElement);
    }
    Conversion special = special(from.id(), to.id());
    return special != null ? special : throughText(from, to);
  }

  private static @Nullable Conversion special(TypeId from, TypeId to) {
    Conversion number = NumberCasts.find(from, to);
    if (number != null) {
      return number;
    }
    Conversion time = TimeCasts.find(from, to);
    return time != null ? time : JsonCasts.find(from, to);
  }

  private static Conversion elementwise(Conversion each, SqlType toElement) {
    SqlType plain = toElement.plain();
    return (value, session) -> {
      SqlArray array = (SqlArray) value;
      if (each == Conversion.IDENTITY) {
        return array.as(plain);
      }
      @Nullable Object[] elements = array.toArray();
      for (int i = 0; i < elements.length; i++) {
        Object element = elements[i];
        elements[i] = element == null ? null : each.convert(element, session);
      }
      return array.with(plain, elements);
    };
  }

  private static boolean isText(TypeId id) {
    return switch (id) {
      case TEXT, VARCHAR, BPCHAR, NAME, CHAR -> true;
      case BOOL,
          BYTEA,
          INT8,
          INT2,
          INT2VECTOR,
          INT4,
          REGPROC,
          OID,
          OIDVECTOR,
          JSON,
          FLOAT4,
          FLOAT8,
          UNKNOWN,
          DATE,
          TIME,
          TIMESTAMP,
          TIMESTAMPTZ,
          INTERVAL,
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

  /** Literals of intervals are the only ones that are read by the modifier. */
  private static Conversion throughText(SqlType from, SqlType to) {
    boolean byModifier = from.id() == TypeId.UNKNOWN && to.id() == TypeId.INTERVAL;
    Format reading = Format.of(byModifier ? to : to.plain());
    if (isText(from.id()) || from.id() == TypeId.UNKNOWN) {
      return (value, session) -> reading.readText((String) value, session);
    }
    if (from.id() == TypeId.BOOL) {
      return (value, session) -> (Boolean) value ? "true" : "false";
    }
    Format printing = Format.of(from.plain());
    if (isText(to.id())) {
      return (value, session) -> printing.toText(value, session);
    }
    return (value, session) -> reading.readText(printing.toText(value, session), session);
  }

  /** Texts of times and floats depend on settings, as do conversions between zones. */
  private static boolean isImmutable(TypeId from, TypeId to) {
    return !dependsOnSession(from) && !dependsOnSession(to);
  }

  private static boolean dependsOnSession(TypeId id) {
    return switch (id) {
      case DATE, TIME, TIMETZ, TIMESTAMP, TIMESTAMPTZ, INTERVAL, FLOAT4, FLOAT8, BYTEA -> true;
      case ARRAY, RECORD, REGPROC, REGCLASS, REGTYPE, REGNAMESPACE, REGROLE -> true;
      case BOOL,
          CHAR,
          NAME,
          INT8,
          INT2,
          INT2VECTOR,
          INT4,
          TEXT,
          OID,
          OIDVECTOR,
          JSON,
          UNKNOWN,
          BPCHAR,
          VARCHAR,
          NUMERIC,
          VOID,
          UUID,
          JSONB ->
          false;
    };
  }

  /** What PostgreSQL says when {@link #find} finds nothing. */
  public static SqlException none(SqlType from, SqlType to) {
    return new SqlException(
        SqlState.CANNOT_COERCE,
        "cannot cast type " + TypeNames.plain(from) + " to " + TypeNames.plain(to));
  }
}
