package dev.troupe.sql.syntax;

import dev.troupe.sql.syntax.ast.MaintenanceStatement;
import dev.troupe.sql.syntax.ast.Option;
import dev.troupe.sql.syntax.ast.Query;
import dev.troupe.sql.syntax.ast.Query.With;
import dev.troupe.sql.syntax.ast.QueryStatement;
import dev.troupe.sql.syntax.ast.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Statements, each by the word it begins with. */
final class StatementParser {
  private final Grammar grammar;
  private final Tokens tokens;
  private final DataParser data;
  private final TableParser tables;

  StatementParser(Grammar grammar) {
    this.grammar = grammar;
    this.tokens = grammar.tokens;
    this.data = new DataParser(grammar);
    this.tables = new TableParser(grammar);
  }

  TableParser tables() {
    return tables;
  }

  /** Any statement. */
  Statement statement() {
    Keyword keyword = tokens.current().keyword;
    if (keyword == null) {
      return preparable();
    }
    return switch (keyword) {
      case SELECT, WITH -> grammar.into.finish(preparable());
      case VALUES, TABLE, INSERT, UPDATE, DELETE, MERGE -> preparable();
      case TRUNCATE -> data.truncate();
      case COPY -> new CopyParser(grammar).copy();
      case CREATE -> new CreateParser(grammar).create();
      case ALTER -> new AlterParser(grammar).alter();
      case DROP -> new DropParser(grammar).drop();
      case COMMENT -> new CommentParser(grammar).comment();
      case REFRESH -> new CreateParser(grammar).refresh();
      case GRANT, REVOKE -> new PrivilegeParser(grammar).statement();
      case REASSIGN -> new RoleParser(grammar).reassignOwned();
      case EXPLAIN -> explain();
      default -> other(keyword);
    };
  }

  private Statement other(Keyword keyword) {
    return switch (keyword) {
      case BEGIN, START, COMMIT, END, ROLLBACK, ABORT, SAVEPOINT, RELEASE ->
          new TransactionParser(grammar).statement();
      case PREPARE ->
          tokens.isNext(Keyword.TRANSACTION)
              ? new TransactionParser(grammar).statement()
              : new PreparedParser(grammar).statement();
      case EXECUTE, DEALLOCATE, DECLARE, FETCH, MOVE, CLOSE ->
          new PreparedParser(grammar).statement();
      case SET, RESET, SHOW, DISCARD -> new SettingParser(grammar).statement();
      case LISTEN, NOTIFY, UNLISTEN, DO, CALL, LOAD -> new SettingParser(grammar).other();
      case ANALYZE, ANALYSE, VACUUM, REINDEX, CLUSTER, CHECKPOINT, LOCK ->
          new MaintenanceParser(grammar).statement();
      default -> throw tokens.unexpected();
    };
  }

  /** A statement that has a plan: a query, or one that changes rows. */
  Statement preparable() {
    tokens.enter();
    int position = tokens.position();
    With with = grammar.queries.acceptWith();
    Statement statement = planned(with, position);
    tokens.leave();
    return statement;
  }

  private Statement planned(@Nullable With with, int position) {
    Keyword keyword = tokens.current().keyword;
    if (keyword == Keyword.INSERT) {
      return data.insert(with, position);
    }
    if (keyword == Keyword.UPDATE) {
      return data.update(with, position);
    }
    if (keyword == Keyword.DELETE) {
      return data.delete(with, position);
    }
    if (keyword == Keyword.MERGE) {
      return new MergeParser(grammar, data).merge(with, position);
    }
    Query query = grammar.queries.query(with, position);
    return new QueryStatement(query);
  }

  private Statement explain() {
    int position = tokens.position();
    tokens.expect(Keyword.EXPLAIN);
    List<Option> options = new ArrayList<>();
    if (tokens.at(TokenKind.LEFT_PAREN) && !grammar.queries.startsQueryInParentheses()) {
      options.addAll(new OptionParser(grammar).generic());
    } else {
      int at = tokens.position();
      if (tokens.accept(Keyword.ANALYZE) || tokens.accept(Keyword.ANALYSE)) {
        options.add(new Option("analyze", List.of(), at));
        if (tokens.at(TokenKind.LEFT_PAREN) && !grammar.queries.startsQueryInParentheses()) {
          options.addAll(new OptionParser(grammar).generic());
        }
      }
      at = tokens.position();
      if (tokens.accept(Keyword.VERBOSE)) {
        options.add(new Option("verbose", List.of(), at));
      }
    }
    return new MaintenanceStatement.Explain(explained(), options, position);
  }

  private Statement explained() {
    Keyword keyword = tokens.current().keyword;
    if (keyword == null) {
      return preparable();
    }
    return switch (keyword) {
      case CREATE, DECLARE, EXECUTE, REFRESH -> statement();
      default -> preparable();
    };
  }
}
