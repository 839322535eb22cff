package dev.troupe.node.sqlshell;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatementBufferTest {
  private final StatementBuffer buffer = new StatementBuffer();

  private List<String> append(String... lines) {
    List<String> statements = new ArrayList<>();
    for (String line : lines) {
      statements.addAll(buffer.append(line));
    }
    return statements;
  }

  @Test
  void shouldCutAtSemicolons() {
    assertThat(append("select 1; select", "2;;", " ; select 3"))
        .containsExactly("select 1", "select\n2");
    assertThat(buffer.isEmpty()).isFalse();
    assertThat(buffer.takeRest()).isEqualTo("select 3");
    assertThat(buffer.isEmpty()).isTrue();
  }

  @Test
  void shouldLeaveSemicolonsWithinTextsAlone() {
    assertThat(append("select 'a;''b', \"c;\"\"d\", E'\\';e' ;"))
        .containsExactly("select 'a;''b', \"c;\"\"d\", E'\\';e'");
    assertThat(append("select $$a;b$$, $x$ $$;", "; $x$, $1;"))
        .containsExactly("select $$a;b$$, $x$ $$;\n; $x$, $1");
    assertThat(append("select 'a\\', 1;")).containsExactly("select 'a\\', 1");
    assertThat(append("select name'a;b';")).containsExactly("select name'a;b'");
  }

  @Test
  void shouldLeaveSemicolonsWithinCommentsAlone() {
    assertThat(append("select 1 -- one; two", "+ 2 /* a; /* b; */ c; */;"))
        .containsExactly("select 1 -- one; two\n+ 2 /* a; /* b; */ c; */");
  }

  @Test
  void shouldTakeCommentsAloneForNothing() {
    assertThat(append("-- nothing;", "", "/* nothing; */")).isEmpty();
    assertThat(buffer.isEmpty()).isTrue();

    append("/* goes on");
    assertThat(buffer.isEmpty()).isFalse();
    assertThat(buffer.takeRest()).isEmpty();
  }

  @Test
  void shouldKnowWhenAStatementGoesOn() {
    assertThat(StatementParser.goesOn("select 1")).isTrue();
    assertThat(StatementParser.goesOn("select ';")).isTrue();
    assertThat(StatementParser.goesOn("select 1;")).isFalse();
    assertThat(StatementParser.goesOn("\\dt")).isFalse();
    assertThat(StatementParser.goesOn("quit")).isFalse();
    assertThat(StatementParser.goesOn("")).isFalse();
  }
}
