package dev.troupe.sql.syntax;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.syntax.ast.Expression;
import dev.troupe.sql.syntax.ast.QueryBody;
import dev.troupe.sql.syntax.ast.QueryStatement;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParserLimitsTest {

  @Test
  void shouldReadTenThousandParentheses() {
    String text = "SELECT " + "(".repeat(10_000) + "1" + ")".repeat(10_000);

    assertThat(select(text).items().getFirst().value())
        .isInstanceOf(Expression.IntegerLiteral.class);
  }

  @Test
  void shouldReadTenThousandParenthesesAroundQuery() {
    String text = "SELECT " + "(".repeat(10_000) + "SELECT 1" + ")".repeat(10_000);

    assertThat(select(text).items().getFirst().value()).isInstanceOf(Expression.ScalarQuery.class);
  }

  @Test
  void shouldKeepChainsOfAndFlat() {
    String text =
        IntStream.range(0, 50_000)
            .mapToObj(i -> "a = " + i)
            .collect(Collectors.joining(" AND ", "SELECT 1 WHERE ", ""));

    assertThat(select(text).where())
        .isInstanceOfSatisfying(
            Expression.And.class, and -> assertThat(and.operands()).hasSize(50_000));
  }

  @Test
  void shouldReadThousandJoins() {
    String text = "SELECT 1 FROM t" + " JOIN u ON a = b".repeat(1000);

    assertThat(select(text).from()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "CASE WHEN true THEN | 1 | END",
        "f( | 1 | )",
        "NOT | true | ",
        "- | a | ",
        "1 + (SELECT | 1 | )",
        "(SELECT 1 FROM | t | )",
        "a[ | 1 | ]",
        "EXISTS (SELECT | 1 | )",
        "1 IN (2, | 3 | )",
        "ARRAY[ | 1 | ]",
        "(1, | 2 | )",
        "CAST( | 1 | AS int)",
        "sum(1) OVER (ORDER BY | 1 | )",
        "1 BETWEEN 0 AND -( | 1 | )",
      })
  void shouldRefuseWhatNestsTooDeeply(String open, String core, String close) {
    String around = close == null ? "" : " " + close;
    String text = "SELECT " + (open + " ").repeat(10_000) + core + around.repeat(10_000);

    assertTooComplex(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELECT 1 | + 1",
        "SELECT 1 | ::int",
        "SELECT 1 | UNION SELECT 1",
        "SELECT 1 FROM t | JOIN u ON true",
        "SELECT 1 FROM t | JOIN u",
        "SELECT a | IS NULL",
      })
  void shouldRefuseChainsThatMakeDeepTrees(String start, String link) {
    assertTooComplex(start + (" " + link).repeat(100_000));
  }

  @Test
  void shouldRefuseParenthesesThatMakeDeepTrees() {
    assertTooComplex("SELECT " + "(".repeat(100_000) + "1" + " + 1)".repeat(100_000));
  }

  @ParameterizedTest
  @CsvSource({
    "SELECT * FROM, (, a, )",
    "SELECT, '(SELECT ', 1, )",
    "'', 'WITH a AS (', 'SELECT 1', ') SELECT 1'",
    "'', 'EXPLAIN ', 'SELECT 1', ''",
    "'', (, 'SELECT 1', )"
  })
  void shouldSurviveDeepStatements(String start, String open, String core, String close) {
    String text = start + " " + open.repeat(100_000) + core + close.repeat(100_000);

    assertThatThrownBy(() -> Parser.parseAll(text)).isInstanceOf(SqlException.class);
  }

  @Test
  void shouldReadLargeStatements() {
    String text =
        IntStream.range(0, 200_000)
            .mapToObj(i -> "(" + i + ", 'some text of row " + i + "')")
            .collect(Collectors.joining(", ", "INSERT INTO t VALUES ", ""));

    assertThat(Parser.parseAll(text)).hasSize(1);
  }

  @Test
  void shouldRefuseMoreTokensThanMemoryBears() {
    String text = "SELECT 1" + ",1".repeat(Math.toIntExact(Tokens.TOKENS_MAX / 2));

    assertThatThrownBy(() -> Parser.parseAll(text))
        .isInstanceOfSatisfying(
            SqlException.class,
            e -> assertThat(e.state()).isEqualTo(SqlState.PROGRAM_LIMIT_EXCEEDED))
        .hasMessage("statement has more than " + Tokens.TOKENS_MAX + " tokens");
  }

  private static void assertTooComplex(String text) {
    // A small stack stands for the frames that are above the parser in a server.
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread thread =
        new Thread(
            null,
            () -> {
              try {
                Parser.parseAll(text);
              } catch (Throwable e) {
                thrown.set(e);
              }
            },
            "small stack",
            768 * 1024);
    thread.start();
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    assertThat(thrown.get())
        .isInstanceOfSatisfying(
            SqlException.class,
            e -> assertThat(e.state()).isEqualTo(SqlState.STATEMENT_TOO_COMPLEX));
  }

  private static QueryBody.Select select(String text) {
    QueryStatement statement = (QueryStatement) Parser.parseAll(text).getFirst().statement();
    return (QueryBody.Select) statement.query().body();
  }
}
