package dev.troupe.sql.plan;

import dev.troupe.sql.eval.EvalContext;
import dev.troupe.sql.eval.ScalarFunction;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TypeId;
import dev.troupe.sql.type.TypeSession;
import dev.troupe.sql.type.cast.Cast;
import dev.troupe.sql.type.cast.Cast.Context;
import dev.troupe.sql.type.cast.Casts;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A cast as a function of one argument. Two of the same types are equal: expressions that mean the
 * same have to be.
 */
public final class CastFunction implements ScalarFunction {
  /** Types of the same text values. */
  private static final Set<TypeId> TEXTS =
      EnumSet.of(TypeId.TEXT, TypeId.VARCHAR, TypeId.BPCHAR, TypeId.NAME, TypeId.CHAR);

  private static final Set<TypeId> OIDS =
      EnumSet.of(
          TypeId.OID,
          TypeId.REGPROC,
          TypeId.REGCLASS,
          TypeId.REGTYPE,
          TypeId.REGNAMESPACE,
          TypeId.REGROLE);

  /** A date or time in ISO's form: it means the same whatever the settings. */
  private static final Pattern PLAIN_DATE = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}.*");

  private final SqlType from;
  private final SqlType to;
  private final boolean explicit;
  private final Cast cast;

  /**
   * @param from UNKNOWN: a literal that is read
   * @param explicit whether it was asked for: then strings are cut to the length of their type
   * @throws dev.troupe.sql.error.SqlException CANNOT_COERCE
   */
  public CastFunction(SqlType from, SqlType to, boolean explicit) {
    this.from = from;
    this.to = to;
    this.explicit = explicit;
    Cast found = Casts.find(from, to, explicit ? Context.EXPLICIT : Context.ASSIGNMENT);
    if (found == null) {
      throw Casts.none(from, to);
    }
    this.cast = found;
  }

  /** Whether values of the one type are values of the other as they are. */
  public static boolean isRelabel(SqlType from, SqlType to) {
    boolean text =
        TEXTS.contains(from.id())
            && (to.id() == TypeId.TEXT || to.id() == TypeId.VARCHAR)
            && to.modifier() == -1;
    return text || (OIDS.contains(from.id()) && OIDS.contains(to.id()));
  }

  /** Whether it was asked for. */
  public boolean isExplicit() {
    return explicit;
  }

  /** Whether it leaves values as they are: then what is known of them holds afterwards, too. */
  public boolean relabels() {
    return isRelabel(from, to) || (from.isSameAs(to) && to.modifier() == -1);
  }

  @Override
  public String name() {
    return to.id().internalName();
  }

  @Override
  public List<SqlType> parameters() {
    return List.of(from);
  }

  @Override
  public SqlType result() {
    return to;
  }

  @Override
  public Volatility volatility() {
    boolean stable =
        dependsOnZone(to)
            || dependsOnZone(from)
            || isReg(from)
            || isReg(to)
            || (TEXTS.contains(from.id()) && readsClock(to))
            || (TEXTS.contains(to.id()) && printsBySettings(from));
    return stable ? Volatility.STABLE : Volatility.IMMUTABLE;
  }

  private static boolean dependsOnZone(SqlType type) {
    SqlType element = type.element();
    return element == null
        ? type.id() == TypeId.TIMESTAMPTZ || type.id() == TypeId.TIMETZ
        : dependsOnZone(element);
  }

  /** Whether texts of it can mean the present moment, or depend on settings. */
  private static boolean readsClock(SqlType type) {
    SqlType element = type.element();
    return switch (type.id()) {
      case DATE, TIME, TIMESTAMP, INTERVAL -> true;
      case ARRAY -> element != null && readsClock(element);
      default -> false;
    };
  }

  private static boolean printsBySettings(SqlType type) {
    SqlType element = type.element();
    return switch (type.id()) {
      case FLOAT4, FLOAT8, BYTEA, RECORD -> true;
      case ARRAY -> element != null && printsBySettings(element);
      default -> readsClock(type);
    };
  }

  private static boolean isReg(SqlType type) {
    SqlType element = type.element();
    return element == null ? type.id() != TypeId.OID && OIDS.contains(type.id()) : isReg(element);
  }

  /** Whether a literal can only be read when the statement runs. */
  public boolean dependsOnSession(String text) {
    if (dependsOnZone(to) || isReg(to)) {
      return true;
    }
    return to.id() != TypeId.INTERVAL && readsClock(to) && !PLAIN_DATE.matcher(text).matches();
  }

  /** Whether its texts name objects of the catalog. */
  public boolean readsNames() {
    return isReg(to);
  }

  /** Reads a literal that does not depend on the session. */
  public @Nullable Object read(String text) {
    return cast.apply(text, TypeSession.utc(0));
  }

  @Override
  public @Nullable Object call(@Nullable Object[] arguments, EvalContext context) {
    Object argument = arguments[0];
    return argument == null ? null : call1(argument, context);
  }

  @Override
  public @Nullable Object call1(Object argument, EvalContext context) {
    if (isReg(to) && argument instanceof String name) {
      return RegNames.oid(to.id(), name, context);
    }
    if (isReg(from) && TEXTS.contains(to.id()) && argument instanceof Long oid) {
      return RegNames.name(from.id(), oid, context);
    }
    return cast.apply(argument, context);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof CastFunction that
        && from.equals(that.from)
        && to.equals(that.to)
        && explicit == that.explicit;
  }

  @Override
  public int hashCode() {
    return 31 * from.hashCode() + to.hashCode();
  }

  @Override
  public String toString() {
    return from + "::" + to;
  }
}
