package dev.troupe.sql.copy;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes rows of texts as COPY TO gives them out, in text or CSV. */
public final class CopyWriter {
  private final CopyOptions options;
  private final List<String> columns;
  private final StringBuilder line = new StringBuilder();

  /**
   * @param columns their names, in order
   */
  public CopyWriter(CopyOptions options, List<String> columns) {
    this.options = options;
    this.columns = List.copyOf(columns);
  }

  /** The line that names the columns. */
  public String header() {
    return row(columns.toArray(new @Nullable String[0]));
  }

  /**
   * One line, its end included.
   *
   * @param fields null for NULL
   */
  public String row(@Nullable String[] fields) {
    line.setLength(0);
    for (int i = 0; i < fields.length; i++) {
      if (i > 0) {
        line.append(options.delimiter());
      }
      String field = fields[i];
      if (field == null) {
        line.append(options.nullText());
      } else if (options.format() == CopyOptions.Format.CSV) {
        csv(field, columns.get(i), fields.length == 1);
      } else {
        text(field);
      }
    }
    return line.append('\n').toString();
  }

  private void text(String field) {
    for (int i = 0; i < field.length(); i++) {
      char c = field.charAt(i);
      switch (c) {
        case '\\' -> line.append("\\\\");
        case '\b' -> line.append("\\b");
        case '\f' -> line.append("\\f");
        case '\n' -> line.append("\\n");
        case '\r' -> line.append("\\r");
        case '\t' -> line.append("\\t");
        case 0x0b -> line.append("\\v");
        default -> {
          if (c == options.delimiter()) {
            line.append('\\');
          }
          line.append(c);
        }
      }
    }
  }

  private void csv(String field, String column, boolean single) {
    boolean quoting =
        options.forceQuote().contains("*")
            || options.forceQuote().contains(column)
            || field.equals(options.nullText())
            || (single && field.equals("\\."))
            || mustBeQuoted(field);
    if (!quoting) {
      line.append(field);
      return;
    }
    line.append(options.quote());
    for (int i = 0; i < field.length(); i++) {
      char c = field.charAt(i);
      if (c == options.quote() || c == options.escape()) {
        line.append(options.escape());
      }
      line.append(c);
    }
    line.append(options.quote());
  }

  private boolean mustBeQuoted(String field) {
    for (int i = 0; i < field.length(); i++) {
      char c = field.charAt(i);
      if (c == options.delimiter() || c == options.quote() || c == '\n' || c == '\r') {
        return true;
      }
    }
    return false;
  }
}
