package dev.troupe.node.sqlshell;

import java.sql.SQLException;
import java.sql.SQLWarning;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLWarning;
import org.postgresql.util.ServerErrorMessage;

/** What the server says of a statement, with the place in it. */
final class ErrorText {
  /** Of a long line so much is shown on either side of the place. */
  private static final int SHOWN_AROUND_MAX = 40;

  private ErrorText() {}

  /** Lines, each ended. */
  static String of(SQLException failure, String statement) {
    ServerErrorMessage server = serverMessage(failure);
    StringBuilder text = new StringBuilder();
    if (server == null) {
      String state = Objects.requireNonNullElse(failure.getSQLState(), "XX000");
      line(text, "ERROR", state + ": " + failure.getMessage());
      return text.toString();
    }
    line(
        text,
        Objects.requireNonNullElse(server.getSeverity(), "ERROR"),
        server.getSQLState() + ": " + server.getMessage());
    if (server.getPosition() > 0) {
      text.append(place(statement, server.getPosition()));
    }
    line(text, "DETAIL", server.getDetail());
    line(text, "HINT", server.getHint());
    line(text, "CONTEXT", server.getWhere());
    return text.toString();
  }

  /** A notice or warning, which needs no place and no code. */
  static String ofNotice(SQLWarning notice) {
    ServerErrorMessage server = serverMessage(notice);
    StringBuilder text = new StringBuilder();
    if (server == null) {
      line(text, "WARNING", notice.getMessage());
      return text.toString();
    }
    line(text, Objects.requireNonNullElse(server.getSeverity(), "NOTICE"), server.getMessage());
    line(text, "DETAIL", server.getDetail());
    line(text, "HINT", server.getHint());
    return text.toString();
  }

  private static @Nullable ServerErrorMessage serverMessage(SQLException failure) {
    return switch (failure) {
      case PSQLException refused -> refused.getServerErrorMessage();
      case PSQLWarning notice -> notice.getServerErrorMessage();
      default -> null;
    };
  }

  private static void line(StringBuilder text, String label, @Nullable String value) {
    if (value != null) {
      text.append(label).append(":  ").append(value).append(System.lineSeparator());
    }
  }

  /**
   * The line of the statement and a caret below.
   *
   * @param position characters from 1, as the server counts them
   */
  static String place(String statement, int position) {
    int characters = statement.codePointCount(0, statement.length());
    int index = statement.offsetByCodePoints(0, Math.min(position - 1, characters));
    int start = statement.lastIndexOf('\n', index - 1) + 1;
    int newline = statement.indexOf('\n', index);
    int end = newline < 0 ? statement.length() : newline;
    long number = statement.substring(0, start).chars().filter(c -> c == '\n').count() + 1;
    int from = Math.max(start, index - SHOWN_AROUND_MAX);
    int to = Math.min(end, index + SHOWN_AROUND_MAX);
    String label = "LINE " + number + ": " + (from > start ? "..." : "");
    String before = statement.substring(from, index).replace('\t', ' ');
    String after = statement.substring(index, to).replace('\t', ' ').stripTrailing();
    return label
        + before
        + after
        + (to < end ? "..." : "")
        + System.lineSeparator()
        + " ".repeat(label.length() + DisplayWidth.of(before))
        + "^"
        + System.lineSeparator();
  }
}
