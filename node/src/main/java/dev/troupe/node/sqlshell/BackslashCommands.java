package dev.troupe.node.sqlshell;

import dev.troupe.node.sqlshell.SqlShell.Outcome;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The commands of the shell itself, named as users of {@code psql} know them. */
final class BackslashCommands {
  /** In the order of the help. */
  static final List<String> NAMES =
      List.of("\\d", "\\dt", "\\di", "\\dn", "\\l", "\\x", "\\timing", "\\?", "\\q");

  private static final String HELP =
      """
      \\d            tables, views and sequences
      \\d NAME       columns, indexes and constraints of a table
      \\dt [NAME]    tables; * and ? in the name stand for anything
      \\di [NAME]    indexes
      \\dn           schemas
      \\l            databases
      \\x            one record below the other, or not
      \\timing       show how long statements take, or not
      \\q            leave
      A statement ends with a semicolon. Ctrl-C ends the one that runs.
      """;

  private final SqlConnection connection;
  private final ShellSettings settings;
  private final PrintWriter out;
  private final PrintWriter err;

  BackslashCommands(
      SqlConnection connection, ShellSettings settings, SqlShell.Surroundings around) {
    this.connection = connection;
    this.settings = settings;
    this.out = around.out();
    this.err = around.err();
  }

  static boolean isOne(String line) {
    String text = line.strip();
    return text.startsWith("\\") || isWord(text);
  }

  private static boolean isWord(String text) {
    return text.equals("quit") || text.equals("exit") || text.equals("help");
  }

  Outcome run(String line) throws SQLException {
    String[] words = line.split("\\s+", 2);
    String argument = words.length < 2 ? "" : words[1].strip().replaceFirst(";$", "");
    return switch (words[0].replaceFirst("[+;]$", "")) {
      case "\\q", "quit", "exit" -> Outcome.QUIT;
      case "\\?", "help" -> say(HELP);
      case "\\x" -> toggled("Expanded display", settings.toggleExpanded());
      case "\\timing" -> toggled("Timing", settings.toggleTiming());
      case "\\l" -> list("List of databases", CatalogQueries.DATABASES);
      case "\\dn" -> list("List of schemas", CatalogQueries.SCHEMAS);
      case "\\dt" -> relations("'r'", argument);
      case "\\di" -> list("List of indexes", CatalogQueries.indexes(pattern(argument)));
      case "\\d" -> argument.isEmpty() ? relations("'r', 'v', 'S'", "") : describe(argument);
      default -> {
        err.println("there is no command " + words[0] + "; \\? shows those there are");
        err.flush();
        yield Outcome.FAILED;
      }
    };
  }

  private Outcome say(String text) {
    out.print(text);
    return Outcome.DONE;
  }

  private Outcome toggled(String what, boolean on) {
    return say(what + " is " + (on ? "on" : "off") + ".\n");
  }

  private Outcome relations(String kinds, String argument) throws SQLException {
    return list("List of relations", CatalogQueries.relations(kinds, pattern(argument)));
  }

  private Outcome list(String title, String query) throws SQLException {
    out.println(title);
    settings.write(out, ask(query));
    return Outcome.DONE;
  }

  private Outcome describe(String name) throws SQLException {
    List<@Nullable String> relation =
        ask(CatalogQueries.relation(CatalogQueries.literal(name))).rows().getFirst();
    String oid = String.valueOf(relation.get(0));
    String kind =
        switch (String.valueOf(relation.get(1))) {
          case "v" -> "View";
          case "i" -> "Index";
          case "S" -> "Sequence";
          default -> "Table";
        };
    out.println(kind + " \"" + relation.get(2) + "." + relation.get(3) + "\"");
    AlignedText.writeTable(out, ask(CatalogQueries.columns(oid)));
    indexes(oid);
    constraints("Check constraints", CatalogQueries.constraintsOf(oid, "'c'"));
    constraints("Foreign-key constraints", CatalogQueries.constraintsOf(oid, "'f'"));
    List<List<@Nullable String>> references = ask(CatalogQueries.referencesTo(oid)).rows();
    if (!references.isEmpty()) {
      out.println("Referenced by:");
      references.forEach(
          row ->
              out.println(
                  "    TABLE \"%s\" CONSTRAINT \"%s\" %s"
                      .formatted(row.get(0), row.get(1), row.get(2))));
    }
    out.println();
    return Outcome.DONE;
  }

  private void indexes(String oid) throws SQLException {
    List<List<@Nullable String>> rows = ask(CatalogQueries.indexesOf(oid)).rows();
    if (rows.isEmpty()) {
      return;
    }
    out.println("Indexes:");
    for (List<@Nullable String> row : rows) {
      String definition = String.valueOf(row.get(2)).replaceFirst("^CREATE .*? USING ", "");
      out.println("    \"%s\" %s%s".formatted(row.get(0), row.get(1), definition));
    }
  }

  private void constraints(String title, String query) throws SQLException {
    List<List<@Nullable String>> rows = ask(query).rows();
    if (!rows.isEmpty()) {
      out.println(title + ":");
      rows.forEach(row -> out.println("    \"%s\" %s".formatted(row.get(0), row.get(1))));
    }
  }

  private Answer.Rows ask(String query) throws SQLException {
    return connection.query(query);
  }

  private static String pattern(String name) {
    if (name.isEmpty()) {
      return "'%'";
    }
    String escaped = name.replace("\\", "\\\\").replace("_", "\\_").replace("%", "\\%");
    return CatalogQueries.literal(escaped.replace('*', '%').replace('?', '_'));
  }
}
