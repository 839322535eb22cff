package dev.troupe.sql.syntax;

import dev.troupe.sql.syntax.ast.Expression;
import dev.troupe.sql.syntax.ast.FromItem;
import dev.troupe.sql.syntax.ast.Query;
import dev.troupe.sql.syntax.ast.QueryBody;
import dev.troupe.sql.syntax.ast.QueryBody.Distinct;
import dev.troupe.sql.syntax.ast.QueryBody.GroupBy;
import dev.troupe.sql.syntax.ast.QueryBody.GroupingElement;
import dev.troupe.sql.syntax.ast.QueryBody.SelectItem;
import dev.troupe.sql.syntax.ast.Window;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** SELECT without what surrounds it. */
final class SelectParser {
  private final Grammar grammar;
  private final Tokens tokens;
  private final FromParser from;

  SelectParser(Grammar grammar) {
    this.grammar = grammar;
    this.tokens = grammar.tokens;
    this.from = new FromParser(grammar);
  }

  FromParser from() {
    return from;
  }

  /** A SELECT; it is a query because AS OF SYSTEM TIME may stand in its midst. */
  Query select() {
    int position = tokens.position();
    tokens.expect(Keyword.SELECT);
    Distinct distinct = acceptDistinct();
    List<SelectItem> items = distinct == null && atEndOfItems() ? List.of() : items();
    grammar.into.accept(position);
    List<FromItem> sources = tokens.accept(Keyword.FROM) ? from.items() : List.of();
    Expression asOf = grammar.queries.acceptAsOf(null);
    Expression where = acceptCondition(Keyword.WHERE);
    GroupBy groupBy = acceptGroupBy();
    Expression having = acceptCondition(Keyword.HAVING);
    List<Window.Definition> windows =
        grammar.expressions.primaries().calls().orders().acceptWindows();
    QueryBody body =
        new QueryBody.Select(distinct, items, sources, where, groupBy, having, windows, position);
    return new Query(null, body, List.of(), null, List.of(), asOf, position);
  }

  private @Nullable Distinct acceptDistinct() {
    if (!tokens.accept(Keyword.DISTINCT)) {
      tokens.accept(Keyword.ALL);
      return null;
    }
    if (!tokens.accept(Keyword.ON)) {
      return new Distinct(List.of());
    }
    return new Distinct(tokens.parenthesized(grammar.expressions::expression));
  }

  /** Whether the list of items is empty, as PostgreSQL allows. */
  private boolean atEndOfItems() {
    Token token = tokens.current();
    Keyword keyword = token.keyword;
    if (keyword == null) {
      return token.kind == TokenKind.END
          || token.kind == TokenKind.SEMICOLON
          || token.kind == TokenKind.RIGHT_PAREN;
    }
    return switch (keyword) {
      case FROM, WHERE, GROUP, HAVING, WINDOW, ORDER, LIMIT, OFFSET, FETCH, FOR -> true;
      case UNION, INTERSECT, EXCEPT, INTO -> true;
      default -> false;
    };
  }

  /** A select list; also that of RETURNING. */
  List<SelectItem> items() {
    return tokens.list(this::item);
  }

  private SelectItem item() {
    int position = tokens.position();
    if (tokens.accept(TokenKind.STAR)) {
      return new SelectItem(new Expression.AllColumns(null, position), null, position);
    }
    Expression value = grammar.expressions.expression();
    String alias = null;
    if (tokens.at(Keyword.AS) && !grammar.queries.atAsOf()) {
      tokens.advance();
      alias = grammar.names.label();
    } else if (NameParser.isBareLabel(tokens.current())) {
      alias = grammar.names.label();
    }
    return new SelectItem(value, alias, position);
  }

  /** A condition behind its word; null when there is none. */
  @Nullable Expression acceptCondition(Keyword word) {
    return tokens.accept(word) ? grammar.expressions.expression() : null;
  }

  private @Nullable GroupBy acceptGroupBy() {
    if (!tokens.accept(Keyword.GROUP)) {
      return null;
    }
    tokens.expect(Keyword.BY);
    boolean distinct = tokens.accept(Keyword.DISTINCT);
    if (!distinct) {
      tokens.accept(Keyword.ALL);
    }
    return new GroupBy(distinct, tokens.list(this::groupingElement));
  }

  private GroupingElement groupingElement() {
    boolean parenthesis = tokens.isNext(TokenKind.LEFT_PAREN);
    if (tokens.at(TokenKind.LEFT_PAREN) && tokens.isNext(TokenKind.RIGHT_PAREN)) {
      tokens.skip(2);
      return new GroupingElement.Empty();
    }
    if (tokens.at(Keyword.ROLLUP) && parenthesis) {
      tokens.advance();
      return new GroupingElement.Rollup(tokens.parenthesized(grammar.expressions::expression));
    }
    if (tokens.at(Keyword.CUBE) && parenthesis) {
      tokens.advance();
      return new GroupingElement.Cube(tokens.parenthesized(grammar.expressions::expression));
    }
    if (tokens.accept(Keyword.GROUPING, Keyword.SETS)) {
      tokens.enter();
      List<GroupingElement> sets = tokens.parenthesized(this::groupingElement);
      tokens.leave();
      return new GroupingElement.Sets(sets);
    }
    return new GroupingElement.Single(grammar.expressions.expression());
  }
}
