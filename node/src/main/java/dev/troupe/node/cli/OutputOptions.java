package dev.troupe.node.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Option;

/** How a verb shows what it found. */
final class OutputOptions {
  /** For people or for scripts. */
  enum Format {
    TABLE,
    JSON
  }

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "table",
      converter = FormatConverter.class,
      description = "table or json (default: ${DEFAULT-VALUE}).")
  private Format format = Format.TABLE;

  /** Names are written in lower case. */
  static final class FormatConverter implements picocli.CommandLine.ITypeConverter<Format> {
    @Override
    public Format convert(String text) {
      for (Format format : Format.values()) {
        if (format.name().toLowerCase(Locale.ROOT).equals(text)) {
          return format;
        }
      }
      throw new picocli.CommandLine.TypeConversionException(
          "'" + text + "' is not a format: table or json");
    }
  }

  boolean json() {
    return format == Format.JSON;
  }

  /** Shows things as a table, or as a JSON array of objects. */
  <T> void show(PrintWriter out, List<Column<T>> columns, List<T> rows) {
    if (json()) {
      JsonText.array(out, columns, rows);
    } else {
      TableText.print(out, columns, rows);
    }
    out.flush();
  }
}
