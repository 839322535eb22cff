package dev.troupe.sql.driver;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * Statements of several users with what PostgreSQL answered. Each statement is a line {@code user>
 * SQL} (lines that begin with blanks go on with it); the lines behind it that begin with {@code =}
 * are what came of it: {@code = ok}, rows with bars between their values, or an error's SQLSTATE,
 * place and message; before them warnings begin with {@code !}. Everything else is a comment.
 */
final class RecordedScript {
  /** Opens a session for a user. */
  interface Sessions {
    Connection open(String user) throws SQLException;
  }

  /**
   * A statement and its answer.
   *
   * @param line where it stands
   */
  record Step(int line, String user, String sql, List<String> answer) {}

  private RecordedScript() {}

  static String read(String name) {
    try (InputStream in = RecordedScript.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<Step> parse(String text) {
    List<Step> steps = new ArrayList<>();
    String[] lines = text.split("\n", -1);
    for (int i = 0; i < lines.length; i++) {
      int arrow = lines[i].indexOf("> ");
      if (!lines[i].matches("[a-z_]+[0-9]?> .*")) {
        continue;
      }
      int at = i;
      StringBuilder sql = new StringBuilder(lines[i].substring(arrow + 2));
      while (i + 1 < lines.length && lines[i + 1].startsWith("  ")) {
        sql.append('\n').append(lines[++i].strip());
      }
      List<String> answer = new ArrayList<>();
      while (i + 1 < lines.length && isAnswer(lines[i + 1])) {
        answer.add(lines[++i]);
      }
      steps.add(new Step(at + 1, lines[at].substring(0, arrow), sql.toString(), answer));
    }
    return steps;
  }

  static boolean isAnswer(String line) {
    return line.startsWith("= ") || line.startsWith("! ");
  }

  /** What a server answers to the steps; users whose names end alike share no session. */
  static List<List<String>> play(List<Step> steps, Sessions sessions) throws SQLException {
    Map<String, Connection> open = new HashMap<>();
    List<List<String>> answers = new ArrayList<>();
    try {
      for (Step step : steps) {
        try {
          Connection connection = open.get(step.user());
          if (connection == null) {
            connection = sessions.open(step.user().replaceAll("[0-9]", ""));
            open.put(step.user(), connection);
          }
          answers.add(answer(connection, step.sql()));
        } catch (PSQLException e) {
          answers.add(List.of("= " + described(e)));
        }
      }
    } finally {
      for (Connection connection : open.values()) {
        connection.close();
      }
    }
    return answers;
  }

  private static List<String> answer(Connection connection, String sql) {
    List<String> lines = new ArrayList<>();
    try (Statement statement = connection.createStatement()) {
      boolean rows = statement.execute(sql);
      for (SQLWarning w = statement.getWarnings(); w != null; w = w.getNextWarning()) {
        if (!"00000".equals(w.getSQLState())) {
          lines.add("! " + w.getSQLState() + " " + w.getMessage());
        }
      }
      if (rows) {
        try (ResultSet result = statement.getResultSet()) {
          MemoryServer.rows(result).forEach(row -> lines.add("= " + row.replace("\n", "\\n")));
        }
      }
      if (lines.isEmpty() || !lines.getLast().startsWith("= ")) {
        lines.add(rows ? "= no rows" : "= ok");
      }
    } catch (PSQLException e) {
      lines.add("= " + described(e));
    } catch (SQLException e) {
      lines.add("= " + e.getSQLState() + " " + e.getMessage());
    }
    return lines;
  }

  private static String described(PSQLException e) {
    ServerErrorMessage server = e.getServerErrorMessage();
    if (server == null) {
      return e.getSQLState() + " " + e.getMessage();
    }
    String place = server.getPosition() > 0 ? " at " + server.getPosition() : "";
    String detail = server.getDetail() == null ? "" : " (" + server.getDetail() + ")";
    return (e.getSQLState() + place + ": " + server.getMessage() + detail).replace("\n", "\\n");
  }
}
