package dev.troupe.sql.syntax;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.syntax.ast.AccessStatement;
import dev.troupe.sql.syntax.ast.AlterAction;
import dev.troupe.sql.syntax.ast.Name;
import dev.troupe.sql.syntax.ast.ObjectKind;
import dev.troupe.sql.syntax.ast.QualifiedName;
import dev.troupe.sql.syntax.ast.SchemaStatement;
import dev.troupe.sql.syntax.ast.Statement;
import java.util.List;
import java.util.Locale;

/** ALTER of whatever can be altered, each by the word behind ALTER. */
final class AlterParser {
  private final Grammar grammar;
  private final Tokens tokens;

  AlterParser(Grammar grammar) {
    this.grammar = grammar;
    this.tokens = grammar.tokens;
  }

  Statement alter() {
    int position = tokens.position();
    tokens.expect(Keyword.ALTER);
    Keyword keyword = tokens.current().keyword;
    if (keyword == null) {
      throw tokens.unexpected();
    }
    return switch (keyword) {
      case TABLE -> relation(ObjectKind.TABLE, position);
      case INDEX -> relation(ObjectKind.INDEX, position);
      case VIEW -> relation(ObjectKind.VIEW, position);
      case SEQUENCE -> relation(ObjectKind.SEQUENCE, position);
      case MATERIALIZED -> {
        tokens.advance();
        yield relation(ObjectKind.MATERIALIZED_VIEW, position);
      }
      case TYPE -> type(position);
      case DOMAIN -> relation(ObjectKind.DOMAIN, position);
      case SCHEMA -> relation(ObjectKind.SCHEMA, position);
      case DATABASE -> database(position);
      case ROLE, USER, GROUP -> new RoleParser(grammar).alter(position);
      case DEFAULT -> new PrivilegeParser(grammar).defaults(position);
      case EXTENSION, FUNCTION, PROCEDURE, AGGREGATE, COLLATION, CONVERSION, LANGUAGE ->
          throw unsupported();
      case OPERATOR, POLICY, PUBLICATION, RULE, SERVER, STATISTICS, SUBSCRIPTION, SYSTEM ->
          throw unsupported();
      case TABLESPACE, TEXT, TRIGGER, EVENT, FOREIGN, LARGE, ROUTINE -> throw unsupported();
      default -> throw tokens.unexpected();
    };
  }

  private SqlException unsupported() {
    return SqlException.of(
            SqlState.FEATURE_NOT_SUPPORTED,
            "ALTER %s is not supported",
            tokens.current().text.toUpperCase(Locale.ROOT))
        .at(tokens.position());
  }

  private Statement relation(ObjectKind kind, int position) {
    tokens.advance();
    boolean ifExists = tokens.acceptIfExists();
    boolean only = tokens.at(Keyword.ONLY);
    QualifiedName name =
        kind == ObjectKind.TABLE
            ? grammar.queries.selects().from().relation().name()
            : grammar.names.qualified();
    AlterActionParser actions = new AlterActionParser(grammar);
    List<AlterAction> changes =
        switch (kind) {
          case SEQUENCE -> List.of(actions.ofSequence());
          case DOMAIN -> List.of(actions.ofDomain());
          case SCHEMA -> List.of(actions.ofAnything());
          default -> tokens.list(actions::ofTable);
        };
    return new SchemaStatement.Alter(kind, name, ifExists, only, changes, position);
  }

  private Statement type(int position) {
    tokens.advance();
    QualifiedName name = grammar.names.qualified();
    if (tokens.at(Keyword.ADD) && tokens.isNext(Keyword.VALUE)) {
      tokens.skip(2);
      return addValue(name, position);
    }
    if (tokens.at(Keyword.RENAME) && tokens.isNext(Keyword.VALUE)) {
      tokens.skip(2);
      String value = tokens.expectString();
      tokens.expect(Keyword.TO);
      return new SchemaStatement.RenameEnumValue(name, value, tokens.expectString(), position);
    }
    AlterAction action = new AlterActionParser(grammar).ofAnything();
    return new SchemaStatement.Alter(
        ObjectKind.TYPE, name, false, false, List.of(action), position);
  }

  private Statement addValue(QualifiedName type, int position) {
    boolean ifNotExists = tokens.acceptIfNotExists();
    String value = tokens.expectString();
    boolean before = tokens.accept(Keyword.BEFORE);
    String neighbour = before || tokens.accept(Keyword.AFTER) ? tokens.expectString() : null;
    return new SchemaStatement.AddEnumValue(type, ifNotExists, value, neighbour, before, position);
  }

  private Statement database(int position) {
    tokens.advance();
    Name name = grammar.names.name();
    if (tokens.at(Keyword.RESET)
        || (tokens.at(Keyword.SET) && !tokens.isNext(Keyword.TABLESPACE))) {
      return new AccessStatement.AlterDatabaseSetting(
          name, new SettingParser(grammar).change(), position);
    }
    AlterAction action = new AlterActionParser(grammar).ofDatabase();
    QualifiedName qualified = QualifiedName.of(name.text(), name.position());
    return new SchemaStatement.Alter(
        ObjectKind.DATABASE, qualified, false, false, List.of(action), position);
  }
}
