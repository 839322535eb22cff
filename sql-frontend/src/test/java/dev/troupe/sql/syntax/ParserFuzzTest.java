package dev.troupe.sql.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.syntax.ast.DataStatement;
import dev.troupe.sql.syntax.ast.QueryStatement;
import dev.troupe.sql.syntax.ast.Statement;
import dev.troupe.sql.syntax.print.SqlPrinter;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Statements put together from pieces of others: there is a tree or an SqlException. */
class ParserFuzzTest {
  private static final long SEED = 20_261_129;
  private static final int STATEMENTS = 15_000;

  private final Random random = new Random(SEED);
  private final List<List<String>> statements =
      StatementFile.read("postgresql.sql").stream().map(ParserFuzzTest::pieces).toList();

  @Test
  void shouldGiveTreeOrSqlException() {
    int trees = 0;
    for (int i = 0; i < STATEMENTS; i++) {
      String text = mutated();
      try {
        for (ParsedStatement parsed : Parser.parseAll(text)) {
          trees++;
          checkPrinted(parsed.statement(), text);
        }
      } catch (SqlException expected) {
        assertThat(expected.getMessage()).as(text).isNotEmpty();
      } catch (RuntimeException | StackOverflowError e) {
        throw new AssertionError("seed " + SEED + ", statement " + i + ": " + text, e);
      }
    }
    assertThat(trees).isGreaterThan(STATEMENTS / 20);
  }

  @Test
  void shouldParseOrRefuseAnyCharacters() {
    for (int i = 0; i < STATEMENTS; i++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(30); length > 0; length--) {
        text.append(
            (char) (random.nextInt(20) == 0 ? random.nextInt(0xffff) : 1 + random.nextInt(126)));
      }
      try {
        Parser.parseAll(text.toString());
      } catch (SqlException expected) {
        assertThat(expected.position()).isBetween(0, text.length() + 1);
      }
    }
  }

  private static void checkPrinted(Statement statement, String text) {
    if (statement instanceof QueryStatement || statement instanceof DataStatement) {
      String printed = SqlPrinter.statement(statement);
      Statement again;
      try {
        again = Parser.parseAll(printed).getFirst().statement();
      } catch (SqlException e) {
        throw new AssertionError(text + "\n became " + printed + "\n " + e.getMessage(), e);
      }
      assertThat(Shape.of(again)).as(text + "\n became " + printed).isEqualTo(Shape.of(statement));
    }
  }

  private static List<String> pieces(String text) {
    List<String> pieces = new ArrayList<>();
    Lexer lexer = new Lexer(text);
    Token token = new Token();
    lexer.next(token);
    while (token.kind != TokenKind.END) {
      pieces.add(text.substring(token.start, token.end));
      lexer.next(token);
    }
    return pieces;
  }

  private String mutated() {
    List<String> pieces = new ArrayList<>(any(statements));
    for (int changes = 1 + random.nextInt(3); changes > 0 && !pieces.isEmpty(); changes--) {
      int at = random.nextInt(pieces.size());
      switch (random.nextInt(6)) {
        case 0 -> pieces.remove(at);
        case 1 -> pieces.add(at, any(any(statements)));
        case 2 -> pieces.set(at, any(any(statements)));
        case 3 -> pieces.add(at, pieces.get(random.nextInt(pieces.size())));
        case 4 -> pieces.addAll(at, part(any(statements)));
        default -> pieces = new ArrayList<>(pieces.subList(0, at));
      }
    }
    return String.join(" ", pieces);
  }

  private List<String> part(List<String> pieces) {
    int start = random.nextInt(pieces.size());
    return pieces.subList(start, start + random.nextInt(pieces.size() - start));
  }

  private <T> T any(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }
}
