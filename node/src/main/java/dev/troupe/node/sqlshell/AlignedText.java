package dev.troupe.node.sqlshell;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Rows for people, in the two shapes that users of {@code psql} know: a table with the columns side
 * by side, and one record below the other. A line that ends with + goes on below within its cell.
 */
final class AlignedText {
  private AlignedText() {}

  /** The table, and how many rows it has; null is shown as nothing. */
  static void write(PrintWriter out, Answer.Rows result) {
    writeTable(out, result);
    int count = result.rows().size();
    out.println("(" + count + (count == 1 ? " row)" : " rows)"));
    out.println();
  }

  /** The table alone. */
  static void writeTable(PrintWriter out, Answer.Rows result) {
    List<ResultColumn> columns = result.columns();
    int[] widths = new int[columns.size()];
    List<List<List<String>>> cells = new ArrayList<>(result.rows().size());
    for (int i = 0; i < widths.length; i++) {
      widths[i] = DisplayWidth.of(columns.get(i).name());
    }
    for (List<@Nullable String> row : result.rows()) {
      List<List<String>> lines = row.stream().map(AlignedText::lines).toList();
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], width(lines.get(i)));
      }
      cells.add(lines);
    }
    header(out, columns, widths);
    for (List<List<String>> row : cells) {
      row(out, columns, widths, row);
    }
  }

  private static void header(PrintWriter out, List<ResultColumn> columns, int[] widths) {
    List<String> names = new ArrayList<>();
    List<String> rules = new ArrayList<>();
    for (int i = 0; i < widths.length; i++) {
      String name = columns.get(i).name();
      int left = (widths[i] - DisplayWidth.of(name)) / 2;
      names.add(" " + DisplayWidth.padRight(" ".repeat(left) + name, widths[i]) + " ");
      rules.add("-".repeat(widths[i] + 2));
    }
    out.println(String.join("|", names));
    out.println(String.join("+", rules));
  }

  private static void row(
      PrintWriter out, List<ResultColumn> columns, int[] widths, List<List<String>> cells) {
    int height = cells.stream().mapToInt(List::size).max().orElse(1);
    for (int line = 0; line < height; line++) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        List<String> cell = cells.get(i);
        String part = line < cell.size() ? cell.get(line) : "";
        boolean last = i == widths.length - 1;
        boolean continued = line + 1 < cell.size();
        text.append(i == 0 ? " " : "| ");
        if (columns.get(i).numeric()) {
          text.append(DisplayWidth.padLeft(part, widths[i]));
        } else {
          text.append(last && !continued ? part : DisplayWidth.padRight(part, widths[i]));
        }
        text.append(continued ? "+" : last ? "" : " ");
      }
      out.println(text);
    }
  }

  /** One record below the other. */
  static void writeExpanded(PrintWriter out, Answer.Rows result) {
    if (result.rows().isEmpty()) {
      out.println("(0 rows)");
      out.println();
      return;
    }
    List<ResultColumn> columns = result.columns();
    int names = columns.stream().mapToInt(c -> DisplayWidth.of(c.name())).max().orElse(0);
    int values =
        result.rows().stream()
            .flatMap(List::stream)
            .mapToInt(value -> width(lines(value)))
            .max()
            .orElse(0);
    int number = 0;
    for (List<@Nullable String> row : result.rows()) {
      number++;
      out.println(recordRule(number, names, values));
      for (int i = 0; i < columns.size(); i++) {
        record(out, DisplayWidth.padRight(columns.get(i).name(), names), lines(row.get(i)), values);
      }
    }
    out.println();
  }

  private static void record(PrintWriter out, String name, List<String> value, int width) {
    for (int line = 0; line < value.size(); line++) {
      String label = line == 0 ? name : " ".repeat(DisplayWidth.of(name));
      boolean continued = line + 1 < value.size();
      String part = value.get(line);
      out.println(label + " | " + (continued ? DisplayWidth.padRight(part, width) + "+" : part));
    }
  }

  private static String recordRule(int number, int names, int values) {
    String title = "-[ RECORD " + number + " ]";
    if (title.length() > names + 1) {
      return title + "-".repeat(Math.max(0, names + values + 3 - title.length()));
    }
    return title + "-".repeat(names + 1 - title.length()) + "+" + "-".repeat(values + 1);
  }

  private static int width(List<String> lines) {
    return lines.stream().mapToInt(DisplayWidth::of).max().orElse(0);
  }

  private static List<String> lines(@Nullable String value) {
    if (value == null) {
      return List.of("");
    }
    return Stream.of(value.split("\n", -1)).map(AlignedText::printable).toList();
  }

  /** What would move the cursor is written as an escape. */
  private static String printable(String value) {
    StringBuilder text = new StringBuilder(value.length());
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '\r' -> text.append("\\r");
        case '\t' -> text.append("        ", 0, 8 - text.length() % 8);
        default -> {
          if (Character.isISOControl(c)) {
            text.append("\\x%02X".formatted((int) c));
          } else {
            text.append(c);
          }
        }
      }
    }
    return text.toString();
  }
}
