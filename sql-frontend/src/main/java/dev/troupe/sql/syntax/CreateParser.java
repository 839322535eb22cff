package dev.troupe.sql.syntax;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.syntax.ast.Constraint.IndexStorage;
import dev.troupe.sql.syntax.ast.Expression;
import dev.troupe.sql.syntax.ast.IndexElement;
import dev.troupe.sql.syntax.ast.Name;
import dev.troupe.sql.syntax.ast.Option;
import dev.troupe.sql.syntax.ast.QualifiedName;
import dev.troupe.sql.syntax.ast.Query;
import dev.troupe.sql.syntax.ast.RoleName;
import dev.troupe.sql.syntax.ast.SchemaStatement;
import dev.troupe.sql.syntax.ast.SchemaStatement.IndexDefinition;
import dev.troupe.sql.syntax.ast.SchemaStatement.Persistence;
import dev.troupe.sql.syntax.ast.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** CREATE of tables, indexes, views, schemas and sequences; the rest is in {@link TypeParser}. */
final class CreateParser {
  private final Grammar grammar;
  private final Tokens tokens;

  CreateParser(Grammar grammar) {
    this.grammar = grammar;
    this.tokens = grammar.tokens;
  }

  Statement create() {
    int position = tokens.position();
    tokens.expect(Keyword.CREATE);
    boolean orReplace = tokens.accept(Keyword.OR, Keyword.REPLACE);
    Persistence persistence = persistence();
    Keyword keyword = tokens.current().keyword;
    boolean viewOnly = orReplace || persistence != Persistence.PERMANENT;
    if (keyword == null) {
      throw tokens.unexpected();
    }
    return switch (keyword) {
      case RECURSIVE, VIEW -> view(orReplace, persistence, position);
      case TABLE -> {
        refuse(orReplace);
        tokens.advance();
        yield grammar.statements().tables().create(persistence, position);
      }
      case SEQUENCE -> {
        refuse(orReplace);
        yield sequence(persistence, position);
      }
      case FUNCTION, PROCEDURE, TRIGGER, RULE, AGGREGATE, LANGUAGE -> throw unsupported();
      default -> {
        refuse(viewOnly);
        yield other(keyword, position);
      }
    };
  }

  private Statement other(Keyword keyword, int position) {
    return switch (keyword) {
      case UNIQUE, INDEX -> index(position);
      case MATERIALIZED -> materializedView(position);
      case SCHEMA -> schema(position);
      case TYPE, DOMAIN, EXTENSION, DATABASE -> new TypeParser(grammar).create(keyword, position);
      case ROLE, USER, GROUP -> new RoleParser(grammar).create(position);
      case CAST, CONVERSION, OPERATOR, PUBLICATION, SUBSCRIPTION, STATISTICS, TABLESPACE ->
          throw unsupported();
      case ACCESS, COLLATION, EVENT, FOREIGN, POLICY, SERVER, TEXT, TRANSFORM, CONSTRAINT ->
          throw unsupported();
      default -> throw tokens.unexpected();
    };
  }

  private void refuse(boolean condition) {
    if (condition) {
      throw tokens.unexpected();
    }
  }

  private SqlException unsupported() {
    return SqlException.of(
            SqlState.FEATURE_NOT_SUPPORTED,
            "CREATE %s is not supported",
            tokens.current().text.toUpperCase(Locale.ROOT))
        .at(tokens.position());
  }

  private Persistence persistence() {
    if (tokens.at(Keyword.GLOBAL) || tokens.at(Keyword.LOCAL)) {
      tokens.advance();
      if (!tokens.at(Keyword.TEMPORARY) && !tokens.at(Keyword.TEMP)) {
        throw tokens.unexpected();
      }
    }
    if (tokens.accept(Keyword.TEMPORARY) || tokens.accept(Keyword.TEMP)) {
      return Persistence.TEMPORARY;
    }
    return tokens.accept(Keyword.UNLOGGED) ? Persistence.UNLOGGED : Persistence.PERMANENT;
  }

  private Statement view(boolean orReplace, Persistence persistence, int position) {
    boolean recursive = tokens.accept(Keyword.RECURSIVE);
    tokens.expect(Keyword.VIEW);
    QualifiedName name = grammar.names.qualified();
    List<Name> columns = grammar.names.acceptParenthesizedNames();
    List<Option> options = new OptionParser(grammar).acceptWith();
    tokens.expect(Keyword.AS);
    Query query = grammar.queries.query();
    return new SchemaStatement.CreateView(
        name,
        orReplace,
        persistence,
        recursive,
        columns,
        options,
        query,
        acceptCheckOption(),
        position);
  }

  private @Nullable String acceptCheckOption() {
    if (!tokens.accept(Keyword.WITH)) {
      return null;
    }
    String kind = tokens.accept(Keyword.LOCAL) ? "local" : "cascaded";
    if (kind.equals("cascaded")) {
      tokens.accept(Keyword.CASCADED);
    }
    tokens.expect(Keyword.CHECK, Keyword.OPTION);
    return kind;
  }

  private Statement materializedView(int position) {
    tokens.expect(Keyword.MATERIALIZED, Keyword.VIEW);
    boolean ifNotExists = tokens.acceptIfNotExists();
    QualifiedName name = grammar.names.qualified();
    List<Name> columns = grammar.names.acceptParenthesizedNames();
    return grammar
        .statements()
        .tables()
        .createAs(name, true, ifNotExists, Persistence.PERMANENT, columns, position);
  }

  /** REFRESH MATERIALIZED VIEW. */
  Statement refresh() {
    int position = tokens.position();
    tokens.expect(Keyword.REFRESH);
    tokens.expect(Keyword.MATERIALIZED, Keyword.VIEW);
    boolean concurrently = tokens.accept(Keyword.CONCURRENTLY);
    QualifiedName name = grammar.names.qualified();
    boolean withData = grammar.statements().tables().withData();
    return new SchemaStatement.RefreshMaterializedView(name, concurrently, withData, position);
  }

  private Statement index(int position) {
    boolean unique = tokens.accept(Keyword.UNIQUE);
    tokens.expect(Keyword.INDEX);
    boolean concurrently = tokens.accept(Keyword.CONCURRENTLY);
    boolean ifNotExists = tokens.acceptIfNotExists();
    Name name = tokens.at(Keyword.ON) ? null : grammar.names.name();
    tokens.expect(Keyword.ON);
    QualifiedName table = grammar.queries.selects().from().relation().name();
    IndexDefinition definition = indexDefinition();
    return new SchemaStatement.CreateIndex(
        name, table, unique, concurrently, ifNotExists, definition, position);
  }

  private IndexDefinition indexDefinition() {
    ConstraintParser constraints = grammar.statements().tables().constraints();
    String method = tokens.accept(Keyword.USING) ? grammar.names.name().text() : "btree";
    List<IndexElement> elements = tokens.parenthesized(constraints::indexElement);
    List<Name> include = constraints.acceptInclude();
    boolean nullsNotDistinct = constraints.acceptNullsNotDistinct();
    List<Option> parameters = new OptionParser(grammar).acceptWith();
    Name tablespace = tokens.accept(Keyword.TABLESPACE) ? grammar.names.name() : null;
    boolean plain = include.isEmpty() && parameters.isEmpty() && tablespace == null;
    IndexStorage storage =
        plain ? IndexStorage.PLAIN : new IndexStorage(include, false, parameters, tablespace);
    Expression where = grammar.queries.selects().acceptCondition(Keyword.WHERE);
    return new IndexDefinition(method, elements, nullsNotDistinct, storage, where);
  }

  private Statement schema(int position) {
    tokens.expect(Keyword.SCHEMA);
    boolean ifNotExists = tokens.acceptIfNotExists();
    Name name = tokens.at(Keyword.AUTHORIZATION) ? null : grammar.names.name();
    RoleName authorization = null;
    if (tokens.accept(Keyword.AUTHORIZATION)) {
      authorization = grammar.names.role();
    }
    List<Statement> elements = new ArrayList<>();
    while (tokens.at(Keyword.CREATE) || tokens.at(Keyword.GRANT)) {
      tokens.enter();
      elements.add(grammar.statements().statement());
      tokens.leave();
    }
    return new SchemaStatement.CreateSchema(name, authorization, ifNotExists, elements, position);
  }

  private Statement sequence(Persistence persistence, int position) {
    tokens.expect(Keyword.SEQUENCE);
    boolean ifNotExists = tokens.acceptIfNotExists();
    QualifiedName name = grammar.names.qualified();
    return new SchemaStatement.CreateSequence(
        name, ifNotExists, persistence, new SequenceParser(grammar).options(), position);
  }
}
