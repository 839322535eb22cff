package dev.troupe.node.sqlshell;

import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Rows as CSV (RFC 4180, but lines end as everywhere else here); null is the empty field. */
final class CsvText {
  private CsvText() {}

  static void write(PrintWriter out, Answer.Rows result) {
    line(out, result.columns().stream().map(ResultColumn::name).toList());
    for (List<@Nullable String> row : result.rows()) {
      line(out, row);
    }
  }

  private static void line(PrintWriter out, List<? extends @Nullable String> fields) {
    out.println(fields.stream().map(CsvText::field).collect(Collectors.joining(",")));
  }

  private static String field(@Nullable String value) {
    if (value == null) {
      return "";
    }
    // An empty text is quoted, so that it is not taken for null.
    boolean plain =
        !value.isEmpty()
            && !value.equals("\\.")
            && value.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return plain ? value : "\"" + value.replace("\"", "\"\"") + "\"";
  }
}
