package dev.troupe.sql.syntax;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.syntax.ast.Expression;
import dev.troupe.sql.syntax.ast.OrderItem;
import dev.troupe.sql.syntax.ast.OrderItem.NullsOrder;
import dev.troupe.sql.syntax.ast.Window;
import dev.troupe.sql.syntax.ast.Window.Bound;
import dev.troupe.sql.syntax.ast.Window.BoundKind;
import dev.troupe.sql.syntax.ast.Window.Exclusion;
import dev.troupe.sql.syntax.ast.Window.Unit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** ORDER BY and windows. */
final class OrderParser {
  private static final Bound CURRENT_ROW = new Bound(BoundKind.CURRENT_ROW, null);

  private final Grammar grammar;
  private final Tokens tokens;

  OrderParser(Grammar grammar) {
    this.grammar = grammar;
    this.tokens = grammar.tokens;
  }

  /** ORDER BY with its keys; empty when there is none. */
  List<OrderItem> acceptOrderBy() {
    if (!tokens.accept(Keyword.ORDER)) {
      return List.of();
    }
    tokens.expect(Keyword.BY);
    return tokens.list(this::item);
  }

  private OrderItem item() {
    int position = tokens.position();
    Expression value = grammar.expressions.expression();
    String using = null;
    boolean descending = false;
    if (tokens.accept(Keyword.USING)) {
      using = grammar.expressions.operator().last();
    } else {
      descending = acceptDescending();
    }
    return new OrderItem(value, descending, acceptNulls(), using, position);
  }

  boolean acceptDescending() {
    if (tokens.accept(Keyword.DESC)) {
      return true;
    }
    tokens.accept(Keyword.ASC);
    return false;
  }

  @Nullable NullsOrder acceptNulls() {
    if (tokens.accept(Keyword.NULLS, Keyword.FIRST)) {
      return NullsOrder.FIRST;
    }
    return tokens.accept(Keyword.NULLS, Keyword.LAST) ? NullsOrder.LAST : null;
  }

  /** What stands behind OVER. */
  Window window() {
    int position = tokens.position();
    if (tokens.at(TokenKind.LEFT_PAREN)) {
      return specification();
    }
    return new Window.Named(grammar.names.name().text(), position);
  }

  /** WINDOW and its definitions; empty when there is none. */
  List<Window.Definition> acceptWindows() {
    return tokens.accept(Keyword.WINDOW) ? tokens.list(this::definition) : List.of();
  }

  private Window.Definition definition() {
    int position = tokens.position();
    String name = grammar.names.name().text();
    tokens.expect(Keyword.AS);
    return new Window.Definition(name, specification(), position);
  }

  private Window.Specification specification() {
    int position = tokens.position();
    tokens.enter();
    tokens.expect(TokenKind.LEFT_PAREN);
    String base = null;
    if (NameParser.isColumnName(tokens.current()) && !startsClause()) {
      base = grammar.names.name().text();
    }
    List<Expression> partitionBy = List.of();
    if (tokens.accept(Keyword.PARTITION)) {
      tokens.expect(Keyword.BY);
      partitionBy = grammar.expressions.expressions();
    }
    List<OrderItem> orderBy = acceptOrderBy();
    Window.Frame frame = acceptFrame();
    tokens.expect(TokenKind.RIGHT_PAREN);
    tokens.leave();
    return new Window.Specification(base, partitionBy, orderBy, frame, position);
  }

  /** Words that could name a window but rather begin one of its clauses. */
  private boolean startsClause() {
    return tokens.at(Keyword.PARTITION)
        || tokens.at(Keyword.RANGE)
        || tokens.at(Keyword.ROWS)
        || tokens.at(Keyword.GROUPS);
  }

  private Window.@Nullable Frame acceptFrame() {
    int position = tokens.position();
    Unit unit;
    if (tokens.accept(Keyword.RANGE)) {
      unit = Unit.RANGE;
    } else if (tokens.accept(Keyword.ROWS)) {
      unit = Unit.ROWS;
    } else if (tokens.accept(Keyword.GROUPS)) {
      unit = Unit.GROUPS;
    } else {
      return null;
    }
    boolean between = tokens.accept(Keyword.BETWEEN);
    int startAt = tokens.position();
    Bound start = bound();
    Bound end = CURRENT_ROW;
    int endAt = startAt;
    if (between) {
      tokens.expect(Keyword.AND);
      endAt = tokens.position();
      end = bound();
    }
    check(start, startAt, end, endAt, between);
    return new Window.Frame(unit, start, end, exclusion(), position);
  }

  private Bound bound() {
    if (tokens.accept(Keyword.UNBOUNDED)) {
      if (tokens.accept(Keyword.PRECEDING)) {
        return new Bound(BoundKind.UNBOUNDED_PRECEDING, null);
      }
      tokens.expect(Keyword.FOLLOWING);
      return new Bound(BoundKind.UNBOUNDED_FOLLOWING, null);
    }
    if (tokens.accept(Keyword.CURRENT, Keyword.ROW)) {
      return CURRENT_ROW;
    }
    Expression offset = grammar.expressions.expression();
    if (tokens.accept(Keyword.PRECEDING)) {
      return new Bound(BoundKind.PRECEDING, offset);
    }
    tokens.expect(Keyword.FOLLOWING);
    return new Bound(BoundKind.FOLLOWING, offset);
  }

  /** Ends that can never follow starts are refused with PostgreSQL's messages. */
  private static void check(Bound start, int startAt, Bound end, int endAt, boolean between) {
    if (start.kind() == BoundKind.UNBOUNDED_FOLLOWING) {
      throw windowing("frame start cannot be UNBOUNDED FOLLOWING", startAt);
    }
    if (end.kind() == BoundKind.UNBOUNDED_PRECEDING) {
      throw windowing("frame end cannot be UNBOUNDED PRECEDING", endAt);
    }
    if (start.kind() == BoundKind.CURRENT_ROW && end.kind() == BoundKind.PRECEDING) {
      throw windowing("frame starting from current row cannot have preceding rows", endAt);
    }
    if (start.kind() == BoundKind.FOLLOWING && !between) {
      throw windowing("frame starting from following row cannot end with current row", startAt);
    }
    if (start.kind() == BoundKind.FOLLOWING && end.kind() == BoundKind.PRECEDING) {
      throw windowing("frame starting from following row cannot have preceding rows", endAt);
    }
    if (start.kind() == BoundKind.FOLLOWING && end.kind() == BoundKind.CURRENT_ROW) {
      throw windowing("frame starting from following row cannot end with current row", endAt);
    }
  }

  private static SqlException windowing(String message, int position) {
    return new SqlException(SqlState.WINDOWING_ERROR, message).at(position);
  }

  private Exclusion exclusion() {
    if (!tokens.accept(Keyword.EXCLUDE)) {
      return Exclusion.NO_OTHERS;
    }
    if (tokens.accept(Keyword.CURRENT)) {
      tokens.expect(Keyword.ROW);
      return Exclusion.CURRENT_ROW;
    }
    if (tokens.accept(Keyword.GROUP)) {
      return Exclusion.GROUP;
    }
    if (tokens.accept(Keyword.TIES)) {
      return Exclusion.TIES;
    }
    tokens.expect(Keyword.NO, Keyword.OTHERS);
    return Exclusion.NO_OTHERS;
  }
}
