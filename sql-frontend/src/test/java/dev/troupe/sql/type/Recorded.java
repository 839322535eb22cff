package dev.troupe.sql.type;

import dev.troupe.sql.error.SqlException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

/** Answers of PostgreSQL 15 that were written down, one a line with tabs between its columns. */
public final class Recorded {
  private Recorded() {}

  /** Lines of a file beside this class, as columns. */
  public static List<List<String>> lines(String file) {
    try (InputStream in = Recorded.class.getResourceAsStream(file)) {
      String text =
          new String(Objects.requireNonNull(in, file).readAllBytes(), StandardCharsets.UTF_8);
      return text.lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> List.of(line.split("\t", -1)))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The result, or the error as {@code !SQLSTATE message -- detail}. */
  public static String outcome(Supplier<String> computation) {
    try {
      return computation.get();
    } catch (SqlException e) {
      String detail = e.detail() == null || e.detail().isEmpty() ? "" : " -- " + e.detail();
      return "!" + e.state().code() + " " + e.getMessage() + detail;
    }
  }
}
