package dev.troupe.sql.syntax;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.syntax.ast.QualifiedName;
import dev.troupe.sql.syntax.ast.QueryBody;
import dev.troupe.sql.syntax.ast.QueryStatement;
import dev.troupe.sql.syntax.ast.SchemaStatement.CreateTableAs;
import dev.troupe.sql.syntax.ast.SchemaStatement.Persistence;
import dev.troupe.sql.syntax.ast.SchemaStatement.TableOptions;
import dev.troupe.sql.syntax.ast.Statement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * SELECT INTO: an older CREATE TABLE AS, whose target stands in the midst of the query. It is kept
 * here until the query has been read.
 */
final class IntoParser {
  private final Grammar grammar;
  private final Tokens tokens;
  private @Nullable Target pending;

  IntoParser(Grammar grammar) {
    this.grammar = grammar;
    this.tokens = grammar.tokens;
  }

  private record Target(QualifiedName name, Persistence persistence, int selectAt) {}

  /** Reads INTO and its target, if there is one, for the SELECT that began at the position. */
  void accept(int selectAt) {
    if (!tokens.accept(Keyword.INTO)) {
      return;
    }
    refuseAny();
    Persistence persistence = Persistence.PERMANENT;
    if (tokens.accept(Keyword.TEMPORARY) || tokens.accept(Keyword.TEMP)) {
      persistence = Persistence.TEMPORARY;
    } else if (tokens.accept(Keyword.UNLOGGED)) {
      persistence = Persistence.UNLOGGED;
    }
    tokens.accept(Keyword.TABLE);
    pending = new Target(grammar.names.qualified(), persistence, selectAt);
  }

  /** The statement that a query becomes if its first SELECT has a target. */
  Statement finish(Statement statement) {
    Target target = pending;
    if (target == null
        || !(statement instanceof QueryStatement query)
        || firstSelectAt(query.query().body()) != target.selectAt) {
      return statement;
    }
    pending = null;
    return new CreateTableAs(
        target.name,
        false,
        false,
        target.persistence,
        List.of(),
        TableOptions.NONE,
        statement,
        true,
        statement.position());
  }

  private static int firstSelectAt(QueryBody body) {
    QueryBody first = body;
    while (!(first instanceof QueryBody.Select)) {
      if (first instanceof QueryBody.SetOperation operation) {
        first = operation.left();
      } else if (first instanceof QueryBody.Nested nested) {
        first = nested.query().body();
      } else {
        break;
      }
    }
    return first.position();
  }

  /** Refuses a target that is left, which was not that of a statement. */
  void refuseAny() {
    Target target = pending;
    if (target != null) {
      throw new SqlException(SqlState.SYNTAX_ERROR, "SELECT ... INTO is not allowed here")
          .at(target.name.position());
    }
  }
}
