package dev.troupe.node.sqlshell;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.TransactionState;

/** Offers keywords, the shell's own commands, and the names of tables and views. */
final class SqlCompleter implements Completer {
  private static final List<String> KEYWORDS =
      List.of(
          ("ADD ALL ALTER ANALYZE AND AS ASC BEGIN BETWEEN BIGINT BOOLEAN BY CASCADE CASE CAST"
                  + " CHECK COLUMN COMMIT CONFLICT CONSTRAINT COPY COUNT CREATE CROSS DATABASE"
                  + " DEFAULT DELETE DESC DISTINCT DO DROP ELSE END EXISTS EXPLAIN FALSE FETCH"
                  + " FOREIGN FROM FULL GRANT GROUP HAVING ILIKE IN INDEX INNER INSERT INTEGER"
                  + " INTO IS ISOLATION JOIN KEY LEFT LEVEL LIKE LIMIT NOT NULL NUMERIC OFFSET ON"
                  + " OR ORDER OUTER OVER PARTITION PRIMARY RECURSIVE REFERENCES RELEASE RENAME"
                  + " RETURNING REVOKE RIGHT ROLLBACK SAVEPOINT SCHEMA SELECT SEQUENCE SET SHOW"
                  + " TABLE TEXT THEN TIMESTAMPTZ TO TRANSACTION TRUE TRUNCATE UNION UNIQUE UPDATE"
                  + " USING UUID VALUES VARCHAR VIEW WHEN WHERE WITH")
              .split(" "));

  private final SqlConnection connection;

  SqlCompleter(SqlConnection connection) {
    this.connection = connection;
  }

  @Override
  public void complete(LineReader reader, ParsedLine line, List<Candidate> candidates) {
    if (line.line().startsWith("\\") && line.wordIndex() == 0) {
      BackslashCommands.NAMES.forEach(name -> candidates.add(new Candidate(name)));
      return;
    }
    if (!line.line().startsWith("\\")) {
      keywords(line.word()).forEach(word -> candidates.add(new Candidate(word)));
    }
    tables().forEach(name -> candidates.add(new Candidate(name)));
  }

  /** In capitals unless the word began otherwise. */
  static List<String> keywords(String begun) {
    boolean small = !begun.isEmpty() && Character.isLowerCase(begun.charAt(0));
    return KEYWORDS.stream()
        .filter(word -> word.startsWith(begun.toUpperCase(Locale.ROOT)))
        .map(word -> small ? word.toLowerCase(Locale.ROOT) : word)
        .toList();
  }

  private List<String> tables() {
    // A question would be refused within a failed transaction.
    if (connection.transaction() == TransactionState.FAILED) {
      return List.of();
    }
    List<String> names = new ArrayList<>();
    try {
      for (List<@Nullable String> row : connection.query(CatalogQueries.TABLE_NAMES).rows()) {
        names.add(String.valueOf(row.getFirst()));
      }
    } catch (SQLException e) {
      // The next statement says what is wrong; a completion that does not come says enough.
      return List.of();
    }
    return names;
  }
}
