package dev.troupe.chaos.sqllogic;

import dev.troupe.chaos.sqllogic.SqlLogicRecord.Command;
import dev.troupe.chaos.sqllogic.SqlLogicRecord.Expectation;
import dev.troupe.chaos.sqllogic.SqlLogicRecord.Query;
import dev.troupe.chaos.sqllogic.SqlLogicRecord.Sorting;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Reads the records of a sqllogictest file that are for one engine. Records are separated by empty
 * lines; {@code skipif} and {@code onlyif} before a record say for whom it is; {@code halt} ends
 * the file.
 */
public final class SqlLogicFile {
  private static final String RESULT = "----";

  private final String name;
  private final List<String> lines;
  private final String engine;
  private final List<SqlLogicRecord> records = new ArrayList<>();
  private int at;

  private SqlLogicFile(String name, List<String> lines, String engine) {
    this.name = name;
    this.lines = lines;
    this.engine = engine;
  }

  /**
   * @param name for messages
   * @param engine whose records are wanted
   */
  public static List<SqlLogicRecord> parse(String name, List<String> lines, String engine)
      throws MalformedSqlLogicException {
    SqlLogicFile file = new SqlLogicFile(name, lines, engine);
    boolean more = true;
    while (more) {
      more = file.record();
    }
    return List.copyOf(file.records);
  }

  /** Whether more records may follow. */
  private boolean record() throws MalformedSqlLogicException {
    boolean wanted = true;
    while (at < lines.size()) {
      String head = lines.get(at).strip();
      String[] words = head.split("\\s+");
      if (head.isEmpty() || head.startsWith("#") || words[0].equals("hash-threshold")) {
        at++;
        continue;
      }
      switch (words[0]) {
        case "skipif", "onlyif" -> {
          wanted &= isWanted(words);
          at++;
        }
        case "halt" -> {
          at++;
          return !wanted;
        }
        case "statement" -> {
          keep(command(words), wanted);
          return true;
        }
        case "query" -> {
          keep(query(words), wanted);
          return true;
        }
        default -> throw malformed("'" + head + "' is no record");
      }
    }
    return false;
  }

  private void keep(SqlLogicRecord record, boolean wanted) {
    if (wanted) {
      records.add(record);
    }
  }

  private boolean isWanted(String[] words) throws MalformedSqlLogicException {
    if (words.length < 2) {
      throw malformed(words[0] + " lacks the name of an engine");
    }
    return words[0].equals("onlyif") == words[1].equals(engine);
  }

  private Command command(String[] words) throws MalformedSqlLogicException {
    int line = at + 1;
    boolean fails = words.length > 1 && words[1].equals("error");
    if (!fails && !(words.length > 1 && words[1].equals("ok"))) {
      throw malformed("a statement is ok or error");
    }
    at++;
    return new Command(line, sql(), fails);
  }

  private Query query(String[] words) throws MalformedSqlLogicException {
    int line = at + 1;
    if (words.length < 2 || !words[1].matches("[IRT]+")) {
      throw malformed("a query has types of columns");
    }
    Sorting sorting = words.length > 2 ? sorting(words[2]) : Sorting.NOSORT;
    String label = words.length > 3 ? words[3] : null;
    at++;
    String sql = sql();
    return new Query(line, sql, words[1], sorting, label, expectation());
  }

  private Sorting sorting(String word) throws MalformedSqlLogicException {
    for (Sorting sorting : Sorting.values()) {
      if (sorting.name().toLowerCase(Locale.ROOT).equals(word)) {
        return sorting;
      }
    }
    throw malformed("'" + word + "' is no order");
  }

  /** The lines up to an empty one, or up to the result. */
  private String sql() throws MalformedSqlLogicException {
    List<String> sql = new ArrayList<>();
    while (at < lines.size() && !lines.get(at).isBlank() && !lines.get(at).equals(RESULT)) {
      sql.add(lines.get(at));
      at++;
    }
    if (sql.isEmpty()) {
      throw malformed("the record has no SQL");
    }
    return String.join("\n", sql);
  }

  private Expectation expectation() throws MalformedSqlLogicException {
    List<String> values = new ArrayList<>();
    if (at < lines.size() && lines.get(at).equals(RESULT)) {
      for (at++; at < lines.size() && !lines.get(at).isEmpty(); at++) {
        values.add(lines.get(at));
      }
    }
    String only = values.size() == 1 ? values.getFirst() : "";
    int words = only.indexOf(" values hashing to ");
    if (words < 0) {
      return new Expectation.Values(values);
    }
    try {
      int count = Integer.parseInt(only.substring(0, words));
      return new Expectation.Hash(count, only.substring(only.lastIndexOf(' ') + 1));
    } catch (NumberFormatException e) {
      throw malformed("'" + only + "' does not say how many values");
    }
  }

  private MalformedSqlLogicException malformed(String what) {
    return new MalformedSqlLogicException(name, Math.min(at + 1, lines.size()), what);
  }
}
