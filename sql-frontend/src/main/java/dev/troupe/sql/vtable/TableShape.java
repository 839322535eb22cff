package dev.troupe.sql.vtable;

import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TypeNames;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Name and columns of a virtual table. The shapes of a schema are in a text file of its name: one
 * table begins each line, further columns may follow on lines that begin with blanks.
 */
record TableShape(
    long id,
    String schema,
    String name,
    List<String> columnNames,
    List<SqlType> columnTypes,
    Map<String, Integer> ordinals) {

  static List<TableShape> read(String schema) {
    List<List<String>> tables = new ArrayList<>();
    InputStream file =
        Objects.requireNonNull(TableShape.class.getResourceAsStream(schema + ".txt"), schema);
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(file, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("#") || line.isBlank()) {
          continue;
        }
        if (!line.startsWith(" ")) {
          tables.add(new ArrayList<>());
        }
        tables.getLast().addAll(List.of(line.strip().split(" ")));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return tables.stream().map(words -> parse(schema, words)).toList();
  }

  private static TableShape parse(String schema, List<String> words) {
    List<String> names = new ArrayList<>();
    List<SqlType> types = new ArrayList<>();
    Map<String, Integer> ordinals = new HashMap<>();
    for (String column : words.subList(2, words.size())) {
      int colon = column.indexOf(':');
      ordinals.put(column.substring(0, colon), names.size());
      names.add(column.substring(0, colon));
      types.add(type(column.substring(colon + 1)));
    }
    return new TableShape(
        Long.parseLong(words.getFirst()),
        schema,
        words.get(1),
        List.copyOf(names),
        List.copyOf(types),
        Map.copyOf(ordinals));
  }

  private static SqlType type(String written) {
    boolean array = written.endsWith("[]");
    String name = array ? written.substring(0, written.length() - 2) : written;
    SqlType type = TypeNames.resolve(name, true, List.of(), array ? 1 : 0);
    return Objects.requireNonNull(type, written);
  }
}
