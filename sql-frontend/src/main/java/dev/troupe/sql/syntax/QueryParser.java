package dev.troupe.sql.syntax;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.syntax.ast.Expression;
import dev.troupe.sql.syntax.ast.FromItem;
import dev.troupe.sql.syntax.ast.Name;
import dev.troupe.sql.syntax.ast.OrderItem;
import dev.troupe.sql.syntax.ast.QualifiedName;
import dev.troupe.sql.syntax.ast.Query;
import dev.troupe.sql.syntax.ast.Query.CommonTable;
import dev.troupe.sql.syntax.ast.Query.Locking;
import dev.troupe.sql.syntax.ast.Query.Strength;
import dev.troupe.sql.syntax.ast.Query.WaitPolicy;
import dev.troupe.sql.syntax.ast.Query.With;
import dev.troupe.sql.syntax.ast.QueryBody;
import dev.troupe.sql.syntax.ast.QueryBody.SetOperator;
import dev.troupe.sql.syntax.ast.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Queries: WITH, set operations, and the clauses that apply to a result as a whole. */
final class QueryParser {
  private final Grammar grammar;
  private final Tokens tokens;
  private final SelectParser selects;
  private final LimitParser limits;

  QueryParser(Grammar grammar) {
    this.grammar = grammar;
    this.tokens = grammar.tokens;
    this.selects = new SelectParser(grammar);
    this.limits = new LimitParser(grammar);
  }

  SelectParser selects() {
    return selects;
  }

  /** Whether a query without parentheses around begins here. */
  boolean startsQuery() {
    return startsQuery(0);
  }

  /** Whether there are only parentheses between here and the beginning of a query. */
  boolean startsQueryInParentheses() {
    int distance = 0;
    while (distance < 4 && tokens.ahead(distance).kind == TokenKind.LEFT_PAREN) {
      distance++;
    }
    return startsQuery(distance);
  }

  private boolean startsQuery(int distance) {
    Keyword keyword = tokens.ahead(distance).keyword;
    return keyword == Keyword.SELECT
        || keyword == Keyword.WITH
        || keyword == Keyword.TABLE
        || (keyword == Keyword.VALUES && tokens.ahead(distance + 1).kind == TokenKind.LEFT_PAREN);
  }

  /** Whether a query that was read goes on here, or the parentheses around it end. */
  boolean atEndOrContinuation() {
    Token token = tokens.current();
    Keyword keyword = token.keyword;
    if (keyword == null) {
      return token.kind == TokenKind.RIGHT_PAREN;
    }
    return switch (keyword) {
      case UNION, INTERSECT, EXCEPT, ORDER, LIMIT, OFFSET, FETCH, FOR -> true;
      default -> false;
    };
  }

  Query query() {
    int position = tokens.position();
    return query(acceptWith(), position);
  }

  /** A query of which WITH, if any, has been read. */
  Query query(@Nullable With with, int position) {
    tokens.enter();
    Query query = clauses(setOperations(operand(), 0));
    if (with != null) {
      query = withTables(query, with, position);
    }
    tokens.leave();
    return query;
  }

  /** A query in parentheses. */
  Query parenthesized() {
    tokens.expect(TokenKind.LEFT_PAREN);
    Query query = query();
    tokens.expect(TokenKind.RIGHT_PAREN);
    return query;
  }

  /** What follows a query in parentheses, which has been read already. */
  Query continued(Query first, int position) {
    Query query = clauses(setOperations(first, 0));
    return query == first ? first : at(query, position);
  }

  private static Query at(Query query, int position) {
    return new Query(
        query.with(),
        query.body(),
        query.orderBy(),
        query.limit(),
        query.locking(),
        query.asOf(),
        position);
  }

  private static Query withTables(Query query, With with, int position) {
    if (query.with() != null) {
      throw repeated("WITH", with.position());
    }
    return new Query(
        with,
        query.body(),
        query.orderBy(),
        query.limit(),
        query.locking(),
        query.asOf(),
        position);
  }

  private static SqlException repeated(String clause, int position) {
    return SqlException.of(SqlState.SYNTAX_ERROR, "multiple %s clauses not allowed", clause)
        .at(position);
  }

  private Query operand() {
    int position = tokens.position();
    if (tokens.at(TokenKind.LEFT_PAREN)) {
      return parenthesized();
    }
    if (tokens.at(Keyword.SELECT)) {
      return selects.select();
    }
    if (tokens.accept(Keyword.TABLE)) {
      FromItem.Table table = selects.from().relation();
      return Query.of(new QueryBody.TableCommand(table, position));
    }
    tokens.expect(Keyword.VALUES);
    List<List<Expression>> rows =
        tokens.list(() -> tokens.parenthesized(grammar.expressions::expression));
    return Query.of(new QueryBody.Values(rows, position));
  }

  /** INTERSECT binds more tightly than UNION and EXCEPT. */
  private Query setOperations(Query first, int least) {
    Query left = first;
    for (int links = 0; ; links++) {
      SetOperator operator = setOperator();
      int level = operator == SetOperator.INTERSECT ? 1 : 0;
      if (operator == null || level < least) {
        return left;
      }
      if (links > ExpressionParser.CHAIN_MAX) {
        throw tokens.tooComplex();
      }
      int position = tokens.position();
      tokens.advance();
      boolean all = tokens.accept(Keyword.ALL);
      if (!all) {
        tokens.accept(Keyword.DISTINCT);
      }
      Query right = setOperations(operand(), level + 1);
      left = combine(operator, all, left, right, position);
    }
  }

  private @Nullable SetOperator setOperator() {
    Keyword keyword = tokens.current().keyword;
    if (keyword == Keyword.UNION) {
      return SetOperator.UNION;
    }
    if (keyword == Keyword.INTERSECT) {
      return SetOperator.INTERSECT;
    }
    return keyword == Keyword.EXCEPT ? SetOperator.EXCEPT : null;
  }

  private static Query combine(
      SetOperator operator, boolean all, Query left, Query right, int position) {
    QueryBody body =
        new QueryBody.SetOperation(operator, all, operandBody(left), operandBody(right), position);
    Expression asOf = left.asOf() != null ? left.asOf() : right.asOf();
    return new Query(null, body, List.of(), null, List.of(), asOf, left.position());
  }

  private static QueryBody operandBody(Query query) {
    boolean plain =
        query.with() == null
            && query.orderBy().isEmpty()
            && query.limit() == null
            && query.locking().isEmpty();
    if (plain) {
      return query.body();
    }
    Query timeless =
        new Query(
            query.with(),
            query.body(),
            query.orderBy(),
            query.limit(),
            query.locking(),
            null,
            query.position());
    return new QueryBody.Nested(timeless, query.position());
  }

  /** Adds what follows the body. Of a query in parentheses it may follow inside or outside. */
  private Query clauses(Query query) {
    Expression asOf = acceptAsOf(query.asOf());
    List<OrderItem> orderBy = grammar.expressions.primaries().calls().orders().acceptOrderBy();
    if (!orderBy.isEmpty() && !query.orderBy().isEmpty()) {
      throw repeated("ORDER BY", orderBy.getFirst().position());
    }
    List<OrderItem> order = orderBy.isEmpty() ? query.orderBy() : orderBy;
    List<Locking> locking = acceptLocking(query.locking());
    Query.Limit limit = limits.acceptLimit(query.limit());
    locking = acceptLocking(locking);
    asOf = acceptAsOf(asOf);
    if (orderBy.isEmpty()
        && limit == query.limit()
        && locking == query.locking()
        && asOf == query.asOf()) {
      return query;
    }
    LimitParser.checkTies(limit, order, locking);
    return new Query(query.with(), query.body(), order, limit, locking, asOf, query.position());
  }

  boolean atAsOf() {
    return tokens.at(Keyword.AS, Keyword.OF)
        && tokens.ahead(2).keyword == Keyword.SYSTEM
        && tokens.ahead(3).keyword == Keyword.TIME;
  }

  /** AS OF SYSTEM TIME and a time; without it, what was known before. */
  @Nullable Expression acceptAsOf(@Nullable Expression before) {
    if (!atAsOf()) {
      return before;
    }
    if (before != null) {
      throw repeated("AS OF SYSTEM TIME", tokens.position());
    }
    tokens.skip(4);
    return grammar.expressions.expression();
  }

  private List<Locking> acceptLocking(List<Locking> before) {
    List<Locking> locking = before;
    while (tokens.at(Keyword.FOR)) {
      if (tokens.isNext(Keyword.READ)) {
        tokens.skip(2);
        tokens.expect(Keyword.ONLY);
        continue;
      }
      locking = new ArrayList<>(locking);
      locking.add(locking());
    }
    return locking;
  }

  private Locking locking() {
    int position = tokens.position();
    tokens.expect(Keyword.FOR);
    Strength strength = strength();
    List<QualifiedName> tables = List.of();
    if (tokens.accept(Keyword.OF)) {
      tables = grammar.names.qualifiedNames();
    }
    WaitPolicy waiting = WaitPolicy.WAIT;
    if (tokens.accept(Keyword.NOWAIT)) {
      waiting = WaitPolicy.NOWAIT;
    } else if (tokens.accept(Keyword.SKIP)) {
      tokens.expect(Keyword.LOCKED);
      waiting = WaitPolicy.SKIP_LOCKED;
    }
    return new Locking(strength, tables, waiting, position);
  }

  private Strength strength() {
    if (tokens.accept(Keyword.UPDATE)) {
      return Strength.UPDATE;
    }
    if (tokens.accept(Keyword.SHARE)) {
      return Strength.SHARE;
    }
    if (tokens.accept(Keyword.KEY)) {
      tokens.expect(Keyword.SHARE);
      return Strength.KEY_SHARE;
    }
    tokens.expect(Keyword.NO, Keyword.KEY);
    tokens.expect(Keyword.UPDATE);
    return Strength.NO_KEY_UPDATE;
  }

  /** WITH and its tables; null when there is none. */
  @Nullable With acceptWith() {
    int position = tokens.position();
    if (!tokens.accept(Keyword.WITH)) {
      return null;
    }
    boolean recursive = tokens.accept(Keyword.RECURSIVE);
    return new With(recursive, tokens.list(this::commonTable), position);
  }

  private CommonTable commonTable() {
    int position = tokens.position();
    String name = grammar.names.name().text();
    List<Name> columns = grammar.names.acceptParenthesizedNames();
    tokens.expect(Keyword.AS);
    Boolean materialized = null;
    if (tokens.accept(Keyword.MATERIALIZED)) {
      materialized = true;
    } else if (tokens.accept(Keyword.NOT)) {
      tokens.expect(Keyword.MATERIALIZED);
      materialized = false;
    }
    tokens.expect(TokenKind.LEFT_PAREN);
    Statement statement = grammar.statements().preparable();
    tokens.expect(TokenKind.RIGHT_PAREN);
    if (tokens.at(Keyword.SEARCH) || tokens.at(Keyword.CYCLE)) {
      throw SqlException.of(
              SqlState.FEATURE_NOT_SUPPORTED, "%s clause is not supported", tokens.raw())
          .at(tokens.position());
    }
    return new CommonTable(name, columns, materialized, statement, position);
  }
}
