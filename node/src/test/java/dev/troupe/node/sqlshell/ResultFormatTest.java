package dev.troupe.node.sqlshell;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.postgresql.core.Oid;

class ResultFormatTest {
  private static final Answer.Rows PLANETS =
      new Answer.Rows(
          List.of(
              new ResultColumn("id", Oid.INT4),
              new ResultColumn("name", Oid.TEXT),
              new ResultColumn("mass", Oid.NUMERIC),
              new ResultColumn("rings", Oid.BOOL)),
          List.of(
              Arrays.asList("3", "地球", "1.0", "f"),
              Arrays.asList("14", "a, \"b\"\nc", null, "t"),
              Arrays.asList("5", "", "NaN", null)));

  private static String written(ResultFormat format, Answer.Rows rows) {
    StringWriter text = new StringWriter();
    PrintWriter out = new PrintWriter(text);
    format.write(out, rows);
    out.flush();
    return text.toString().replace(System.lineSeparator(), "\n");
  }

  @Test
  void shouldAlignByWhatIsSeen() {
    assertThat(written(ResultFormat.TABLE, PLANETS))
        .isEqualTo(
            """
             id |  name  | mass | rings\s
            ----+--------+------+-------
              3 | 地球   |  1.0 | f
             14 | a, "b"+|      | t
                | c      |      |\s
              5 |        |  NaN |\s
            (3 rows)

            """);
  }

  @Test
  void shouldWriteOneRecordBelowTheOther() {
    StringWriter text = new StringWriter();
    PrintWriter out = new PrintWriter(text);
    AlignedText.writeExpanded(
        out, new Answer.Rows(PLANETS.columns(), PLANETS.rows().subList(0, 2)));
    out.flush();
    assertThat(text.toString().replace(System.lineSeparator(), "\n"))
        .isEqualTo(
            """
            -[ RECORD 1 ]-
            id    | 3
            name  | 地球
            mass  | 1.0
            rings | f
            -[ RECORD 2 ]-
            id    | 14
            name  | a, "b"+
                  | c
            mass  |\s
            rings | t

            """);
  }

  @Test
  void shouldTellNullFromEmptyInCsv() {
    assertThat(written(ResultFormat.CSV, PLANETS))
        .isEqualTo(
            """
            id,name,mass,rings
            3,地球,1.0,f
            14,"a, ""b""
            c",,t
            5,"",NaN,
            """);
  }

  @Test
  void shouldKeepTypesInJson() {
    assertThat(written(ResultFormat.JSON, PLANETS))
        .isEqualTo(
            """
            [
            {"id":3,"name":"地球","mass":1.0,"rings":false}
            ,{"id":14,"name":"a, \\"b\\"\\nc","mass":null,"rings":true}
            ,{"id":5,"name":"","mass":"NaN","rings":null}
            ]
            """);
  }

  @Test
  void shouldEscapeWhatWouldMoveTheCursor() {
    Answer.Rows rows =
        new Answer.Rows(
            List.of(new ResultColumn("c", Oid.TEXT)), List.of(List.of("a\tb\r\u001b[1m")));
    assertThat(written(ResultFormat.TABLE, rows)).contains(" a       b\\r\\x1B[1m\n", "(1 row)");
  }
}
