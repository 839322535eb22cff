package dev.troupe.sql.function;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.type.Recorded;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TypeNames;
import dev.troupe.sql.type.TypeTexts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Resolves operators for all pairs of types, and compares with what PostgreSQL 15 chose. */
class OperatorResolutionTest {
  private static final List<String> TYPES =
      List.of(
          "int2",
          "int4",
          "int8",
          "numeric",
          "float4",
          "float8",
          "text",
          "varchar",
          "bpchar",
          "name",
          "\"char\"",
          "date",
          "timestamp",
          "timestamptz",
          "time",
          "timetz",
          "interval",
          "bool",
          "jsonb",
          "json",
          "uuid",
          "bytea",
          "oid",
          "regclass",
          "int4[]",
          "int8[]",
          "text[]",
          "unknown");

  @Test
  void shouldChooseWhatPostgreSqlChooses() {
    Map<String, String> expected = new TreeMap<>();
    Set<String> symbols = new TreeSet<>();
    for (List<String> line : Recorded.lines("/dev/troupe/sql/function/operators.tsv")) {
      symbols.add(line.getFirst());
      for (String pair : line.getLast().split(";")) {
        int arrow = pair.lastIndexOf('>');
        String key = line.get(1) + " " + line.getFirst() + " " + pair.substring(0, arrow);
        expected.put(key, pair.substring(arrow + 1));
      }
    }
    List<String> wrong = new ArrayList<>();
    for (String symbol : symbols) {
      for (String left : TYPES) {
        for (String right : TYPES) {
          String key = left + " " + symbol + " " + right;
          String wanted = expected.getOrDefault(key, "error");
          String found = resolve(symbol, left, right);
          if (!found.equals(wanted)) {
            wrong.add(key + " gives " + wanted + ", not " + found);
          }
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  private static String resolve(String symbol, String left, String right) {
    try {
      var call = FunctionRegistry.builtin().resolveOperator(symbol, type(left), type(right));
      return TypeNames.plain(call.function().result());
    } catch (SqlException error) {
      return "error";
    }
  }

  private static SqlType type(String name) {
    return name.equals("unknown") ? SqlType.UNKNOWN : TypeTexts.parse(name);
  }
}
