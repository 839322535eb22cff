package dev.troupe.sql.analyze;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.plan.SqlExpr;
import dev.troupe.sql.syntax.ast.Expression;
import dev.troupe.sql.syntax.ast.OrderItem;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TypeId;
import dev.troupe.sql.type.TypeNames;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Binds what ORDER BY, GROUP BY and DISTINCT ON name: an item of the select list by number or by
 * name, or an expression.
 */
final class OrderBinder {
  private final Binding binding;
  private final Scope scope;
  private final List<SelectItems.Item> items;

  OrderBinder(Binding binding, Scope scope, List<SelectItems.Item> items) {
    this.binding = binding;
    this.scope = scope;
    this.items = items;
  }

  /** An expression of ORDER BY or DISTINCT ON: names of the select list come first. */
  SqlExpr byOutput(Expression e, String clause) {
    SqlExpr byNumber = byNumber(e, clause);
    if (byNumber != null) {
      return byNumber;
    }
    SqlExpr named = byName(e, clause);
    return named == null ? sortable(bound(e), e.position()) : named;
  }

  /** An expression of GROUP BY: columns of FROM come first. */
  SqlExpr byInput(Expression e) {
    SqlExpr byNumber = byNumber(e, "GROUP BY");
    if (byNumber != null) {
      return byNumber;
    }
    boolean column =
        e instanceof Expression.ColumnReference reference
            && new NameBinder(binding, scope).isOwnColumn(reference.name());
    SqlExpr named = column ? null : byName(e, "GROUP BY");
    return named == null ? sortable(bound(e), e.position()) : named;
  }

  private SqlExpr bound(Expression e) {
    return new ExpressionBinder(binding, scope).bindKnown(e);
  }

  private @Nullable SqlExpr byNumber(Expression e, String clause) {
    if (e instanceof Expression.IntegerLiteral literal) {
      return items.get(ordinal(literal, items.size(), clause)).value();
    }
    boolean constant =
        e instanceof Expression.NumericLiteral
            || e instanceof Expression.StringLiteral
            || e instanceof Expression.BooleanLiteral
            || e instanceof Expression.NullLiteral;
    if (constant) {
      throw SqlException.of(SqlState.SYNTAX_ERROR, "non-integer constant in %s", clause)
          .at(e.position());
    }
    return null;
  }

  static int ordinal(Expression.IntegerLiteral literal, int items, String clause) {
    String digits = literal.digits();
    int ordinal = digits.length() < 10 ? Integer.parseInt(digits) : Integer.MAX_VALUE;
    if (ordinal < 1 || ordinal > items) {
      throw SqlException.of(
              SqlState.INVALID_COLUMN_REFERENCE,
              "%s position %s is not in select list",
              clause,
              digits)
          .at(literal.position());
    }
    return ordinal - 1;
  }

  private @Nullable SqlExpr byName(Expression e, String clause) {
    if (!(e instanceof Expression.ColumnReference reference)
        || reference.name().parts().size() != 1) {
      return null;
    }
    String name = reference.name().last();
    SqlExpr found = null;
    for (SelectItems.Item item : items) {
      if (item.name().equals(name)) {
        if (found != null && !found.equals(item.value())) {
          throw SqlException.of(SqlState.AMBIGUOUS_COLUMN, "%s \"%s\" is ambiguous", clause, name)
              .at(e.position());
        }
        found = item.value();
      }
    }
    return found;
  }

  private static SqlExpr sortable(SqlExpr e, int position) {
    requireOrder(e.type(), position);
    return e;
  }

  static void requireOrder(SqlType type, int position) {
    if (type.id() == TypeId.JSON) {
      throw SqlException.of(
              SqlState.UNDEFINED_FUNCTION,
              "could not identify an ordering operator for type %s",
              TypeNames.plain(type))
          .withHint("Use an explicit ordering operator or modify the query.")
          .at(position);
    }
  }

  /** Whether a key is sorted downwards, however that was said. */
  static boolean descending(OrderItem item) {
    String using = item.using();
    if (using == null) {
      return item.descending();
    }
    return switch (using) {
      case ">" -> true;
      case "<" -> false;
      default ->
          throw SqlException.of(
                  SqlState.WRONG_OBJECT_TYPE, "operator %s is not a valid ordering operator", using)
              .withHint(
                  "Ordering operators must be \"<\" or \">\" members of btree operator families.")
              .at(item.position());
    };
  }

  static boolean nullsFirst(OrderItem item) {
    return item.nulls() == null ? descending(item) : item.nulls() == OrderItem.NullsOrder.FIRST;
  }
}
