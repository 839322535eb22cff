package dev.troupe.sql.function;

import static dev.troupe.sql.type.SqlType.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.eval.ScalarFunction;
import dev.troupe.sql.type.SqlType;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The expectations were compared with PostgreSQL 15. */
class ResolutionTest {
  private final FunctionRegistry registry = FunctionRegistry.builtin();

  @ParameterizedTest
  @CsvSource({
    "int4, +, int8, int8",
    "int2, +, int2, int2",
    "int2, +, int4, int4",
    "int4, +, numeric, numeric",
    "numeric, +, float8, float8",
    "numeric, *, float4, float8",
    "int8, +, float4, float8",
    "float4, +, float4, float4",
    "unknown, +, int4, int4",
    "int4, =, unknown, bool",
    "varchar, =, varchar, bool",
    "varchar, ~~, unknown, bool",
    "int2, <<, int4, int2",
    "int4, ^, int4, float8",
    "name, =, unknown, bool"
  })
  void shouldChooseOperators(String left, String symbol, String right, String result) {
    ResolvedCall<ScalarFunction> call = registry.resolveOperator(symbol, type(left), type(right));
    assertThat(call.function().result().id().internalName()).isEqualTo(result);
  }

  private static SqlType type(String name) {
    for (dev.troupe.sql.type.TypeId id : dev.troupe.sql.type.TypeId.values()) {
      if (id.internalName().equals(name)) {
        return SqlType.of(id);
      }
    }
    throw new IllegalArgumentException(name);
  }

  @Test
  void shouldSayWhatArgumentsAreCastTo() {
    assertThat(registry.resolveOperator("+", INT4, NUMERIC).argumentTypes())
        .containsExactly(NUMERIC, NUMERIC);
    assertThat(registry.resolveOperator("=", VARCHAR, UNKNOWN).argumentTypes())
        .containsExactly(TEXT, TEXT);
    assertThat(registry.resolveOperator("<", UNKNOWN, DATE).argumentTypes())
        .containsExactly(DATE, DATE);
    assertThat(registry.resolve("lower", List.of(UNKNOWN)).argumentTypes()).containsExactly(TEXT);
  }

  @Test
  void shouldPreferDoubleForFunctionsOfIntegers() {
    assertThat(registry.resolve("sqrt", List.of(INT4)).argumentTypes()).containsExactly(FLOAT8);
    assertThat(registry.resolve("abs", List.of(UNKNOWN)).argumentTypes()).containsExactly(FLOAT8);
    assertThat(registry.resolve("mod", List.of(INT4, INT8)).argumentTypes())
        .containsExactly(INT8, INT8);
  }

  @Test
  void shouldSettlePolymorphicTypes() {
    SqlType texts = arrayOf(TEXT);
    assertThat(registry.resolveAggregate("array_agg", List.of(INT4)).function().result())
        .isEqualTo(arrayOf(INT4));
    assertThat(registry.resolveOperator("=", texts, texts).argumentTypes())
        .containsExactly(texts, texts);
    assertThat(registry.resolveOperator("=", texts, UNKNOWN).argumentTypes())
        .containsExactly(texts, texts);
    assertThat(registry.resolveWindow("lag", List.of(INT4, INT4, NUMERIC)).function().result())
        .isEqualTo(NUMERIC);
  }

  @Test
  void shouldNameWhatDoesNotExist() {
    assertError(
        () -> registry.resolve("foo", List.of(INT4, TEXT)),
        SqlState.UNDEFINED_FUNCTION,
        "function foo(integer, text) does not exist");
    assertError(
        () -> registry.resolve("lower", List.of(INT4)),
        SqlState.UNDEFINED_FUNCTION,
        "function lower(integer) does not exist");
    assertError(
        () -> registry.resolveOperator("+", INT4, TEXT),
        SqlState.UNDEFINED_FUNCTION,
        "operator does not exist: integer + text");
    assertError(
        () -> registry.resolveOperator("-", null, TEXT),
        SqlState.UNDEFINED_FUNCTION,
        "operator does not exist: - text");
    assertError(
        () -> registry.resolveAggregate("sum", List.of(TEXT)),
        SqlState.UNDEFINED_FUNCTION,
        "function sum(text) does not exist");
  }

  @Test
  void shouldRefuseToGuess() {
    assertError(
        () -> registry.resolveAggregate("array_agg", List.of(UNKNOWN)),
        SqlState.AMBIGUOUS_FUNCTION,
        "function array_agg(unknown) is not unique");
    assertError(
        () -> registry.resolveWindow("first_value", List.of(UNKNOWN)),
        SqlState.DATATYPE_MISMATCH,
        "could not determine polymorphic type because input has type unknown");
  }

  @Test
  void shouldFindCommonTypes() {
    assertThat(registry.commonType("CASE", List.of(INT4, NUMERIC, INT2))).isEqualTo(NUMERIC);
    assertThat(registry.commonType("CASE", List.of(UNKNOWN, INT4))).isEqualTo(INT4);
    assertThat(registry.commonType("UNION", List.of(UNKNOWN, UNKNOWN))).isEqualTo(TEXT);
    assertThat(registry.commonType("UNION", List.of(DATE, TIMESTAMPTZ, TIMESTAMP)))
        .isEqualTo(TIMESTAMPTZ);
    assertThat(registry.commonType("VALUES", List.of(VARCHAR, TEXT))).isEqualTo(VARCHAR);
    SqlType narrow = SqlType.of(VARCHAR.id(), 14);
    assertThat(registry.commonType("CASE", List.of(narrow, narrow))).isEqualTo(narrow);
    assertThat(registry.commonType("CASE", List.of(narrow, VARCHAR))).isEqualTo(VARCHAR);
    assertError(
        () -> registry.commonType("CASE", List.of(INT4, TEXT)),
        SqlState.DATATYPE_MISMATCH,
        "CASE types integer and text cannot be matched");
  }

  private static void assertError(ThrowingCallable call, SqlState state, String message) {
    SqlException error = catchThrowableOfType(SqlException.class, call);
    assertThat(error.getMessage()).isEqualTo(message);
    assertThat(error.state()).isEqualTo(state);
  }
}
