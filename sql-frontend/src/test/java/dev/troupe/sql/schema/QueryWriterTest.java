package dev.troupe.sql.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.syntax.Parser;
import dev.troupe.sql.syntax.ast.Query;
import dev.troupe.sql.syntax.ast.QueryStatement;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class QueryWriterTest {

  /** Parentheses show the structure: it is the same when the text of what was read is the same. */
  @Test
  void shouldWriteWhatIsReadAsTheSame() throws IOException {
    List<String> failures = new ArrayList<>();
    int written = 0;
    for (String text : statements()) {
      if (Parser.parseAll(text).getFirst().statement() instanceof QueryStatement statement) {
        try {
          String first = write(statement.query());
          QueryStatement again = (QueryStatement) Parser.parseAll(first).getFirst().statement();
          String second = write(again.query());
          // A sign before a number becomes a part of it.
          if (!first.replace("(- 1)", "-1").equals(second)) {
            failures.add(text + "\n  became  " + first + "\n  and then " + second);
          }
          written++;
        } catch (SqlException e) {
          if (e.state() != SqlState.FEATURE_NOT_SUPPORTED) {
            failures.add(text + "\n  " + e.getMessage() + " at " + e.position());
          }
        }
      }
    }
    assertThat(failures).isEmpty();
    assertThat(written).isGreaterThan(100);
  }

  private static String write(Query query) {
    return QueryWriter.text(query, UnaryOperator.identity(), QueryNames.AS_WRITTEN);
  }

  /** The statements that the parser's tests share. */
  private static List<String> statements() throws IOException {
    String name = "/dev/troupe/sql/syntax/postgresql.sql";
    try (InputStream resource = QueryWriterTest.class.getResourceAsStream(name)) {
      byte[] content = Objects.requireNonNull(resource, name).readAllBytes();
      return new String(content, StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("--"))
          .toList();
    }
  }
}
