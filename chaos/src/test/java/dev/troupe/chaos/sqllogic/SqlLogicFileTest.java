package dev.troupe.chaos.sqllogic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.chaos.sqllogic.SqlLogicRecord.Command;
import dev.troupe.chaos.sqllogic.SqlLogicRecord.Expectation;
import dev.troupe.chaos.sqllogic.SqlLogicRecord.Query;
import dev.troupe.chaos.sqllogic.SqlLogicRecord.Sorting;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqlLogicFileTest {

  @Test
  void shouldReadStatementsAndQueries() throws Exception {
    String text =
        """
        # A comment.
        hash-threshold 8

        statement ok
        CREATE TABLE t (
          a int)

        statement error
        CREATE TABLE t (a int)

        query IRT rowsort some-label
        SELECT a, b, c
        FROM t
        ----
        1
        2.000
        x y

        query I nosort
        SELECT 1
        ----
        30 values hashing to 3c13dee48d9356ae19af2515e05e6b54

        query T
        SELECT ''
        """;

    assertThat(parse(text))
        .containsExactly(
            new Command(4, "CREATE TABLE t (\n  a int)", false),
            new Command(8, "CREATE TABLE t (a int)", true),
            new Query(
                11,
                "SELECT a, b, c\nFROM t",
                "IRT",
                Sorting.ROWSORT,
                "some-label",
                new Expectation.Values(List.of("1", "2.000", "x y"))),
            new Query(
                19,
                "SELECT 1",
                "I",
                Sorting.NOSORT,
                null,
                new Expectation.Hash(30, "3c13dee48d9356ae19af2515e05e6b54")),
            new Query(
                24, "SELECT ''", "T", Sorting.NOSORT, null, new Expectation.Values(List.of())));
  }

  @Test
  void shouldLeaveOutRecordsOfOthers() throws Exception {
    String text =
        """
        onlyif mysql
        statement ok
        A

        skipif postgresql
        statement ok
        B

        skipif mysql # it differs
        onlyif postgresql
        statement ok
        C

        onlyif mysql
        halt

        statement ok
        D

        skipif mysql
        halt

        statement ok
        E
        """;

    assertThat(parse(text)).extracting(SqlLogicRecord::sql).containsExactly("C", "D");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense",
        "statement",
        "statement maybe\nSELECT 1",
        "query X nosort\nSELECT 1",
        "query I sideways\nSELECT 1",
        "statement ok\n",
        "query I nosort\nSELECT 1\n----\nmany values hashing to 12",
        "skipif"
      })
  void shouldRefuseWhatIsNoTest(String text) {
    assertThatThrownBy(() -> parse(text))
        .isInstanceOf(MalformedSqlLogicException.class)
        .hasMessageStartingWith("x.test:");
  }

  private static List<SqlLogicRecord> parse(String text) throws MalformedSqlLogicException {
    return SqlLogicFile.parse("x.test", text.lines().toList(), "postgresql");
  }
}
