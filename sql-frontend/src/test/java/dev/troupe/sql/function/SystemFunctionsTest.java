package dev.troupe.sql.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.function.FunctionRegistry.Kind;
import dev.troupe.sql.function.define.ParameterType;
import dev.troupe.sql.function.define.Signature;
import dev.troupe.sql.type.SqlType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Functions that ask the session, and what the registry shows of all functions. */
class SystemFunctionsTest {
  private final TestContext context = new TestContext("Europe/Berlin");

  private @Nullable String value(String expression) {
    return Calls.evaluate(expression, context);
  }

  @Test
  void shouldAskTheSession() {
    assertThat(value("current_user()")).isEqualTo("root");
    assertThat(value("current_schemas(true)")).isEqualTo("{pg_catalog,public}");
    assertThat(value("current_setting('search_path')")).isEqualTo("public");
    assertThat(value("current_setting('nothing', true)")).isNull();
    assertThat(value("set_config('a.b', 'x', true)")).isEqualTo("x");
    assertThat(value("pg_get_indexdef(5::oid)")).isNull();
    assertThat(context.asked).containsExactly("set a.b x true", "pg_get_indexdef[5]");
  }

  @Test
  void shouldListKeywords() {
    assertThat(Calls.rows("pg_get_keywords()", context))
        .contains(
            "|select,R,t,reserved,can be bare label|",
            "|year,U,f,unreserved,requires AS|",
            "|varchar,C,t,unreserved (cannot be function or type name),can be bare label|",
            "|left,T,t,reserved (can be function or type name),can be bare label|");
  }

  @Test
  void shouldNameSettingsThatDoNotExist() {
    SqlException error =
        catchThrowableOfType(SqlException.class, () -> value("current_setting('nothing')"));
    assertThat(error).hasMessage("unrecognized configuration parameter \"nothing\"");
    assertThat(error.state()).isEqualTo(SqlState.UNDEFINED_OBJECT);
  }

  @Test
  void shouldCountSequences() {
    assertThat(value("nextval('1')")).isEqualTo("1");
    assertThat(value("setval('1', 10)")).isEqualTo("10");
    assertThat(value("nextval('1')")).isEqualTo("11");
    assertThat(value("lastval()")).isEqualTo("11");
  }

  @Test
  void shouldPauseByTheContext() {
    assertThat(value("pg_sleep(1.5)")).isEmpty();
    assertThat(value("pg_sleep_for('2 seconds')")).isEmpty();
    assertThat(context.asked).containsExactly("pause 1500000", "pause 2000000");
  }

  @Test
  void shouldTellTypes() {
    assertThat(value("pg_typeof(1.5)")).isEqualTo("regtype 1700");
    assertThat(value("format_type(1043::oid, 14)")).isEqualTo("character varying(10)");
    assertThat(value("format_type(23::oid, null)")).isEqualTo("integer");
    assertThat(value("to_regclass('missing')")).isNull();
  }

  @Test
  void shouldMakeRandomUuidsOfVersionFour() {
    String first = value("gen_random_uuid()");
    assertThat(first).matches("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-.{12}");
    assertThat(value("gen_random_uuid()")).isNotEqualTo(first);
  }

  @Test
  void shouldRepeatRandomNumbersOfASeed() {
    value("setseed(0.5)");
    String first = value("random()");
    value("setseed(0.5)");
    assertThat(value("random()")).isEqualTo(first);
  }

  @Test
  void shouldPrintSizes() {
    assertThat(value("pg_size_pretty(10239::int8)")).isEqualTo("10239 bytes");
    assertThat(value("pg_size_pretty(10240::int8)")).isEqualTo("10 kB");
    assertThat(value("pg_size_pretty(1000000000::int8)")).isEqualTo("954 MB");
    assertThat(value("pg_size_pretty('-20971520'::int8)")).isEqualTo("-20 MB");
  }

  @Test
  void shouldFollowTheTimeZone() {
    assertThat(value("current_date()")).isEqualTo("2024-02-29");
    assertThat(value("localtimestamp(0)")).isEqualTo("2024-02-29 13:30:45");
    assertThat(value("date_trunc('day', '2024-07-01 23:30+00'::timestamptz)"))
        .isEqualTo("2024-07-02 00:00:00+02");
    assertThat(value("'2024-03-30 12:00+01'::timestamptz + '1 day'"))
        .isEqualTo("2024-03-31 12:00:00+02");
    assertThat(value("'2024-03-30 12:00+01'::timestamptz + '24 hours'"))
        .isEqualTo("2024-03-31 13:00:00+02");
    assertThat(value("to_json('2024-07-01 00:00+00'::timestamptz)"))
        .isEqualTo("\"2024-07-01T02:00:00+02:00\"");
  }

  @Test
  void shouldTakeArgumentsByName() {
    Map<String, SqlType> named = new LinkedHashMap<>();
    named.put("hours", SqlType.INT4);
    named.put("days", SqlType.INT4);
    var call = FunctionRegistry.builtin().resolveNamed("make_interval", List.of(), named);
    Object made = call.function().call(new Object[] {10, 2}, context);
    assertThat(made).isEqualTo(new dev.troupe.sql.type.Interval(0, 2, 36_000_000_000L));
    assertThat(call.argumentTypes()).containsExactly(SqlType.INT4, SqlType.INT4);
  }

  @Test
  void shouldSpreadVariadicArrays() {
    SqlType texts = SqlType.arrayOf(SqlType.TEXT);
    var call =
        FunctionRegistry.builtin().resolveVariadic("concat_ws", List.of(SqlType.TEXT, texts));
    var array = dev.troupe.sql.type.SqlArray.of(SqlType.TEXT, "a", null, "b");
    assertThat(call.function().call(new Object[] {"-", array}, context)).isEqualTo("a-b");
  }

  @Test
  void shouldEndRegularExpressionsThatTakeForEver() {
    TestContext impatient = new TestContext("UTC", 10);
    SqlException error =
        catchThrowableOfType(
            SqlException.class,
            () ->
                Calls.evaluate(
                    "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab' ~ '^(a+)+\\1c$'", impatient));
    assertThat(error.state()).isEqualTo(SqlState.QUERY_CANCELED);
  }

  @Test
  void shouldListEveryFunctionOnce() {
    Set<String> seen = new HashSet<>();
    List<String> twice = new ArrayList<>();
    for (FunctionRegistry.Listed listed : FunctionRegistry.builtin().all()) {
      Signature signature = listed.signature();
      List<String> types = signature.parameters().stream().map(ParameterType::displayName).toList();
      if (!seen.add(listed.kind() + signature.name() + types)) {
        twice.add(signature.name() + types);
      }
    }
    assertThat(twice).isEmpty();
    assertThat(seen).hasSizeGreaterThan(1000);
    assertThat(FunctionRegistry.builtin().all()).anyMatch(f -> f.kind() == Kind.WINDOW);
  }
}
