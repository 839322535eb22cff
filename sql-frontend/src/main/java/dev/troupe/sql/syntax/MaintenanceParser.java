package dev.troupe.sql.syntax;

import dev.troupe.sql.syntax.ast.MaintenanceStatement;
import dev.troupe.sql.syntax.ast.MaintenanceStatement.LockMode;
import dev.troupe.sql.syntax.ast.MaintenanceStatement.TableColumns;
import dev.troupe.sql.syntax.ast.Name;
import dev.troupe.sql.syntax.ast.ObjectKind;
import dev.troupe.sql.syntax.ast.Option;
import dev.troupe.sql.syntax.ast.QualifiedName;
import dev.troupe.sql.syntax.ast.Statement;
import java.util.ArrayList;
import java.util.List;

/** ANALYZE, VACUUM, REINDEX, CLUSTER, CHECKPOINT and LOCK. */
final class MaintenanceParser {
  private final Grammar grammar;
  private final Tokens tokens;

  MaintenanceParser(Grammar grammar) {
    this.grammar = grammar;
    this.tokens = grammar.tokens;
  }

  Statement statement() {
    int position = tokens.position();
    if (tokens.accept(Keyword.CHECKPOINT)) {
      return new MaintenanceStatement.Checkpoint(position);
    }
    if (tokens.accept(Keyword.LOCK)) {
      return lock(position);
    }
    if (tokens.accept(Keyword.REINDEX)) {
      return reindex(position);
    }
    if (tokens.accept(Keyword.CLUSTER)) {
      return cluster(position);
    }
    if (tokens.accept(Keyword.VACUUM)) {
      return vacuum(position);
    }
    tokens.advance();
    List<Option> options = options(List.of("verbose"));
    return new MaintenanceStatement.Analyze(tables(), options, position);
  }

  /** Options in parentheses, or some of the words in front as they used to be written. */
  private List<Option> options(List<String> words) {
    if (tokens.at(TokenKind.LEFT_PAREN)) {
      return new OptionParser(grammar).generic();
    }
    List<Option> options = new ArrayList<>();
    for (String word : words) {
      Keyword keyword = tokens.current().keyword;
      if (keyword != null && keyword.word.equals(word)) {
        options.add(new Option(word, List.of(), tokens.position()));
        tokens.advance();
      }
    }
    return options;
  }

  private Statement vacuum(int position) {
    List<Option> options = options(List.of("full", "freeze", "verbose", "analyze"));
    return new MaintenanceStatement.Vacuum(tables(), options, position);
  }

  private List<TableColumns> tables() {
    return NameParser.isColumnName(tokens.current()) ? tokens.list(this::tableColumns) : List.of();
  }

  private TableColumns tableColumns() {
    QualifiedName table = grammar.names.qualified();
    List<Name> columns = grammar.names.acceptParenthesizedNames();
    return new TableColumns(table, columns);
  }

  private Statement reindex(int position) {
    List<Option> options = new ArrayList<>(options(List.of()));
    boolean system = tokens.accept(Keyword.SYSTEM);
    ObjectKind kind = system ? ObjectKind.DATABASE : new ObjectKindParser(tokens).kind();
    int at = tokens.position();
    if (tokens.accept(Keyword.CONCURRENTLY)) {
      options.add(new Option("concurrently", List.of(), at));
    }
    boolean optional = kind == ObjectKind.DATABASE;
    QualifiedName name =
        optional && !NameParser.isColumnName(tokens.current()) ? null : grammar.names.qualified();
    return new MaintenanceStatement.Reindex(kind, system, name, options, position);
  }

  private Statement cluster(int position) {
    List<Option> options = options(List.of("verbose"));
    QualifiedName table = null;
    Name index = null;
    if (NameParser.isColumnName(tokens.current())) {
      table = grammar.names.qualified();
      index = tokens.accept(Keyword.USING) ? grammar.names.name() : null;
    }
    return new MaintenanceStatement.Cluster(table, index, options, position);
  }

  private Statement lock(int position) {
    tokens.accept(Keyword.TABLE);
    List<QualifiedName> tables =
        tokens.list(() -> grammar.queries.selects().from().relation().name());
    LockMode mode = LockMode.ACCESS_EXCLUSIVE;
    if (tokens.accept(Keyword.IN)) {
      mode = lockMode();
      tokens.expect(Keyword.MODE);
    }
    return new MaintenanceStatement.LockTables(
        tables, mode, tokens.accept(Keyword.NOWAIT), position);
  }

  private LockMode lockMode() {
    if (tokens.accept(Keyword.ACCESS)) {
      if (tokens.accept(Keyword.SHARE)) {
        return LockMode.ACCESS_SHARE;
      }
      tokens.expect(Keyword.EXCLUSIVE);
      return LockMode.ACCESS_EXCLUSIVE;
    }
    if (tokens.accept(Keyword.ROW)) {
      if (tokens.accept(Keyword.SHARE)) {
        return LockMode.ROW_SHARE;
      }
      tokens.expect(Keyword.EXCLUSIVE);
      return LockMode.ROW_EXCLUSIVE;
    }
    if (tokens.accept(Keyword.SHARE)) {
      if (tokens.accept(Keyword.UPDATE)) {
        tokens.expect(Keyword.EXCLUSIVE);
        return LockMode.SHARE_UPDATE_EXCLUSIVE;
      }
      if (tokens.accept(Keyword.ROW)) {
        tokens.expect(Keyword.EXCLUSIVE);
        return LockMode.SHARE_ROW_EXCLUSIVE;
      }
      return LockMode.SHARE;
    }
    tokens.expect(Keyword.EXCLUSIVE);
    return LockMode.EXCLUSIVE;
  }
}
