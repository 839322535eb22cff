package dev.troupe.sql.syntax;

import dev.troupe.sql.syntax.ast.MaintenanceStatement;
import dev.troupe.sql.syntax.ast.ObjectKind;
import dev.troupe.sql.syntax.ast.QualifiedName;
import dev.troupe.sql.syntax.ast.SessionStatement;
import dev.troupe.sql.syntax.ast.Statement;
import java.util.Locale;
import java.util.Set;

/** SHOW: settings as PostgreSQL has it, and lists of Troupe's own. */
final class ShowParser {
  private static final Set<String> LISTS =
      Set.of(
          "columns",
          "constraints",
          "databases",
          "indexes",
          "jobs",
          "locks",
          "nodes",
          "queries",
          "regions",
          "roles",
          "schemas",
          "sequences",
          "sessions",
          "statistics",
          "tables",
          "transactions",
          "users",
          "views");

  private final Grammar grammar;
  private final Tokens tokens;

  ShowParser(Grammar grammar) {
    this.grammar = grammar;
    this.tokens = grammar.tokens;
  }

  Statement show() {
    int position = tokens.position();
    tokens.expect(Keyword.SHOW);
    if (tokens.acceptWord("ranges")) {
      return ranges(position);
    }
    if (tokens.at(Keyword.ZONE)) {
      tokens.advance();
      return zones(position);
    }
    if (tokens.at(Keyword.CREATE)) {
      tokens.advance();
      ObjectKind kind = new ObjectKindParser(tokens).kind();
      return new MaintenanceStatement.ShowCreate(kind, grammar.names.qualified(), position);
    }
    if (tokens.at(Keyword.CLUSTER)) {
      return clusterSetting(position);
    }
    String word = tokens.raw().toLowerCase(Locale.ROOT);
    if (LISTS.contains(word) && NameParser.isLabel(tokens.current())) {
      tokens.advance();
      QualifiedName from = null;
      if (tokens.accept(Keyword.FROM) || tokens.accept(Keyword.IN)) {
        from = grammar.names.qualified();
      }
      return new MaintenanceStatement.ShowList(word, from, position);
    }
    return setting(position);
  }

  private Statement ranges(int position) {
    ObjectKind kind = null;
    QualifiedName name = null;
    if (tokens.accept(Keyword.FROM)) {
      kind = new ObjectKindParser(tokens).kind();
      name = grammar.names.qualified();
    }
    return new MaintenanceStatement.ShowRanges(kind, name, position);
  }

  private Statement zones(int position) {
    if (tokens.acceptWord("configurations")) {
      return new MaintenanceStatement.ShowZones(null, null, position);
    }
    tokens.expect(Keyword.CONFIGURATION);
    if (!tokens.accept(Keyword.FROM)) {
      tokens.expect(Keyword.FOR);
    }
    ObjectKind kind = new ObjectKindParser(tokens).kind();
    return new MaintenanceStatement.ShowZones(kind, grammar.names.qualified(), position);
  }

  private Statement clusterSetting(int position) {
    tokens.advance();
    if (tokens.acceptWord("settings")) {
      return new MaintenanceStatement.ShowClusterSetting(null, position);
    }
    tokens.expectWord("setting");
    String name = new SettingParser(grammar).settingName();
    return new MaintenanceStatement.ShowClusterSetting(name, position);
  }

  private Statement setting(int position) {
    String name;
    if (tokens.accept(Keyword.ALL)) {
      name = "all";
    } else if (tokens.accept(Keyword.TIME, Keyword.ZONE)) {
      name = "timezone";
    } else if (tokens.accept(Keyword.SESSION, Keyword.AUTHORIZATION)) {
      name = "session_authorization";
    } else if (tokens.at(Keyword.TRANSACTION, Keyword.ISOLATION)) {
      tokens.skip(2);
      tokens.expect(Keyword.LEVEL);
      name = "transaction_isolation";
    } else {
      name = new SettingParser(grammar).settingName();
    }
    return new SessionStatement.Show(name, position);
  }
}
