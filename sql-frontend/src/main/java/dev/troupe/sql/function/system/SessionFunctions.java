package dev.troupe.sql.function.system;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.eval.EvalContext;
import dev.troupe.sql.eval.ScalarFunction;
import dev.troupe.sql.function.define.Definitions;
import dev.troupe.sql.function.time.Spans;
import dev.troupe.sql.type.Interval;
import dev.troupe.sql.type.SqlArray;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TypeNames;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Who and where the session is, its settings, sequences, waiting, and types of values. */
public final class SessionFunctions {
  private static final double MICROS_PER_SECOND = 1e6;

  private static final ScalarFunction NEXT_OF_IDENTITY =
      Definitions.unnamed(
          "next_of_identity(regclass) int8 volatile",
          (Long sequence, EvalContext c) -> c.session().nextOfIdentity(sequence));

  private SessionFunctions() {}

  /** What gives an identity column its values: whoever may insert rows may use it. */
  public static ScalarFunction nextOfIdentity() {
    return NEXT_OF_IDENTITY;
  }

  public static void define(Definitions to) {
    defineIdentity(to);
    defineSettings(to);
    defineSequences(to);
    defineWaiting(to);
    defineTypes(to);
    to.addAsking("gen_random_uuid() uuid volatile", SessionFunctions::randomUuid);
  }

  private static void defineIdentity(Definitions to) {
    for (String name : new String[] {"current_user", "user", "current_role"}) {
      to.addAsking(name + "() name stable", c -> c.session().currentUser());
    }
    to.addAsking("session_user() name stable", c -> c.session().sessionUser());
    to.addAsking("current_database() name stable", c -> c.session().currentDatabase());
    to.addAsking("current_catalog() name stable", c -> c.session().currentDatabase());
    to.addAsking(
        "current_schema() name stable",
        c -> c.session().searchPath(false).stream().findFirst().orElse(null));
    to.addAsking(
        "current_schemas(bool) name[] stable",
        (Boolean withImplicit, EvalContext c) ->
            SqlArray.of(SqlType.NAME, c.session().searchPath(withImplicit)));
    to.addAsking("pg_backend_pid() int4 stable", c -> c.session().backendPid());
    to.addAsking("version() text stable", c -> c.session().serverVersion());
  }

  private static void defineSettings(Definitions to) {
    to.addAsking(
        "current_setting(text) text stable",
        (String name, EvalContext c) -> setting(name, false, c));
    to.addAsking(
        "current_setting(text, bool) text stable",
        (String name, Boolean missingOk, EvalContext c) -> setting(name, missingOk, c));
    to.addMany(
        "set_config(text, text, bool) text volatile nullable",
        (a, c) -> {
          if (a[0] == null) {
            throw new SqlException(SqlState.NULL_VALUE_NOT_ALLOWED, "SET requires parameter name");
          }
          return c.session().setConfig((String) a[0], (String) a[1], Boolean.TRUE.equals(a[2]));
        });
  }

  private static @Nullable String setting(String name, boolean missingOk, EvalContext context) {
    String value = context.setting(name);
    if (value == null && !missingOk) {
      throw SqlException.of(
          SqlState.UNDEFINED_OBJECT, "unrecognized configuration parameter \"%s\"", name);
    }
    return value;
  }

  private static void defineSequences(Definitions to) {
    to.addAsking(
        "nextval(regclass) int8 volatile",
        (Long sequence, EvalContext c) -> c.session().nextval(sequence));
    to.addAsking(
        "currval(regclass) int8 volatile",
        (Long sequence, EvalContext c) -> c.session().currval(sequence));
    to.addAsking("lastval() int8 volatile", c -> c.session().lastval());
    to.addAsking(
        "setval(regclass, int8) int8 volatile",
        (Long sequence, Long value, EvalContext c) -> c.session().setval(sequence, value, true));
    to.addAsking(
        "setval(regclass, int8, bool) int8 volatile",
        (Long sequence, Long value, Boolean called, EvalContext c) ->
            c.session().setval(sequence, value, called));
  }

  private static void defineWaiting(Definitions to) {
    to.addAsking(
        "pg_sleep(float8) void volatile",
        (Double seconds, EvalContext c) -> pause(seconds * MICROS_PER_SECOND, c));
    to.addAsking(
        "pg_sleep_for(interval) void volatile",
        (Interval span, EvalContext c) -> pause(Spans.micros(span), c));
    to.addAsking(
        "pg_sleep_until(timestamptz) void volatile",
        (Long until, EvalContext c) -> pause((double) until - c.clockMicros(), c));
  }

  private static String pause(double micros, EvalContext context) {
    if (micros > 0) {
      context.pause((long) micros);
    }
    return "";
  }

  private static void defineTypes(Definitions to) {
    to.addTyped(
        "pg_typeof(any) regtype stable nullable",
        types -> {
          Long oid = Integer.toUnsignedLong(types.parameter(0).oid());
          return (a, c) -> oid;
        });
    to.addMany(
        "format_type(oid, int4) text stable nullable",
        (a, c) -> {
          if (a[0] == null) {
            return null;
          }
          int modifier = a[1] == null ? -1 : (Integer) a[1];
          return TypeNames.format(((Long) Objects.requireNonNull(a[0])).intValue(), modifier);
        });
  }

  /** Version 4: 122 random bits. */
  private static UUID randomUuid(EvalContext context) {
    long high = (randomBits(context) & ~0xf000L) | 0x4000L;
    long low = (randomBits(context) & 0x3fffffffffffffffL) | 0x8000000000000000L;
    return new UUID(high, low);
  }

  private static long randomBits(EvalContext context) {
    long high = (long) (context.nextRandom() * 0x1p32);
    long low = (long) (context.nextRandom() * 0x1p32);
    return high << 32 | low;
  }
}
