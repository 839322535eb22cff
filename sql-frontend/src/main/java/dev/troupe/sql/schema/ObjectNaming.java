package dev.troupe.sql.schema;

import dev.troupe.sql.catalog.TableDescriptor;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Predicate;

/**
 * Makes up names as PostgreSQL does: table, columns and a word for the kind, cut to the length of a
 * name, with a number behind when the name is taken.
 */
final class ObjectNaming {
  static final int NAME_BYTES_MAX = 63;

  private ObjectNaming() {}

  /** A name for an index or sequence of a table. */
  static String relation(
      SchemaCatalog catalog, String schema, String table, List<String> columns, String word) {
    return free(table, String.join("_", columns), word, name -> catalog.isTaken(schema, name));
  }

  /** A name for a constraint that is no index. */
  static String constraint(
      String table, List<String> columns, String word, Predicate<String> isTaken) {
    return free(table, String.join("_", columns), word, isTaken);
  }

  static boolean isTaken(TableDescriptor table, String constraint) {
    return Tables.hasConstraint(table, constraint);
  }

  private static String free(String table, String columns, String word, Predicate<String> isTaken) {
    String name = join(table, columns, word);
    for (int number = 1; isTaken.test(name); number++) {
      name = join(table, columns, word + number);
    }
    return name;
  }

  private static String join(String table, String columns, String word) {
    int overhead = bytes(word) + 1 + (columns.isEmpty() ? 0 : 1);
    int available = NAME_BYTES_MAX - overhead;
    String first = table;
    String second = columns;
    while (bytes(first) + bytes(second) > available) {
      if (bytes(first) > bytes(second)) {
        first = shortened(first);
      } else {
        second = shortened(second);
      }
    }
    return first + (second.isEmpty() ? "" : "_" + second) + "_" + word;
  }

  private static String shortened(String name) {
    return name.substring(0, name.offsetByCodePoints(name.length(), -1));
  }

  private static int bytes(String name) {
    return name.getBytes(StandardCharsets.UTF_8).length;
  }
}
