package dev.troupe.node.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Plain tables: two blanks between columns, numbers to the right. */
final class TableText {
  private TableText() {}

  static <T> void print(PrintWriter out, List<Column<T>> columns, List<T> rows) {
    List<Column<T>> shown = columns.stream().filter(column -> !column.wide()).toList();
    List<List<String>> cells = new ArrayList<>();
    cells.add(shown.stream().map(c -> c.name().replace('_', ' ')).toList());
    List<Boolean> numeric = new ArrayList<>();
    for (Column<T> column : shown) {
      numeric.add(
          !rows.isEmpty()
              && rows.stream().map(column.value()).allMatch(v -> v == null || v instanceof Number));
    }
    for (T row : rows) {
      cells.add(shown.stream().map(column -> text(column.value().apply(row))).toList());
    }
    printCells(out, cells, numeric);
  }

  private static void printCells(PrintWriter out, List<List<String>> cells, List<Boolean> numeric) {
    int columns = numeric.size();
    int[] widths = new int[columns];
    for (List<String> row : cells) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    for (List<String> row : cells) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        String pad = " ".repeat(widths[i] - row.get(i).length());
        line.append(numeric.get(i) ? pad + row.get(i) : row.get(i) + pad).append("  ");
      }
      out.println(line.toString().stripTrailing());
    }
  }

  private static String text(@Nullable Object value) {
    return switch (value) {
      case null -> "-";
      case Double number -> "%.1f".formatted(number);
      case List<?> list -> list.stream().map(String::valueOf).collect(Collectors.joining(","));
      default -> value.toString();
    };
  }
}
