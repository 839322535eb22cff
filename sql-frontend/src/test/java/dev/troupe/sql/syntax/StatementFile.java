package dev.troupe.sql.syntax;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** Statements of a test resource, one a line; lines with comments and empty ones are left out. */
final class StatementFile {
  private StatementFile() {}

  static List<String> read(String name) {
    try (InputStream resource = StatementFile.class.getResourceAsStream(name)) {
      byte[] content = Objects.requireNonNull(resource, name).readAllBytes();
      return new String(content, StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("--"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(name, e);
    }
  }
}
