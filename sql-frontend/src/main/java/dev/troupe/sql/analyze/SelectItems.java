package dev.troupe.sql.analyze;

import dev.troupe.sql.analyze.ScopeTable.ScopeColumn;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.plan.SqlExpr;
import dev.troupe.sql.syntax.ast.Expression;
import dev.troupe.sql.syntax.ast.QueryBody;
import java.util.ArrayList;
import java.util.List;

/** Binds select lists and RETURNING, stars expanded. */
final class SelectItems {
  /** PostgreSQL's limit; messages of the protocol count columns in 16 bits. */
  private static final int COLUMNS_MAX = 1664;

  private SelectItems() {}

  /** One column of a result. */
  record Item(String name, SqlExpr value, int position) {}

  static List<Item> bind(
      Binding binding, Scope scope, List<QueryBody.SelectItem> written, boolean keepUnknown) {
    ExpressionBinder expressions = new ExpressionBinder(binding, scope);
    List<Item> items = new ArrayList<>(written.size());
    for (QueryBody.SelectItem item : written) {
      if (item.value() instanceof Expression.AllColumns star) {
        List<ScopeColumn> columns = expressions.names().star(star.table(), star.position());
        if (binding.notes != null) {
          binding.notes.expands(star, scope, columns);
        }
        for (ScopeColumn column : columns) {
          items.add(new Item(column.name(), column.value(), star.position()));
        }
      } else if (item.value() instanceof Expression.AllFields fields
          && fields.operand() instanceof Expression.ColumnReference table
          && expressions.names().isTable(table.name())) {
        for (ScopeColumn column : expressions.names().star(table.name(), fields.position())) {
          items.add(new Item(column.name(), column.value(), fields.position()));
        }
      } else if (item.value() instanceof Expression.AllFields fields) {
        addFields(binding, expressions, fields, items);
      } else {
        SqlExpr value =
            keepUnknown ? expressions.bind(item.value()) : expressions.bindKnown(item.value());
        items.add(new Item(ItemNames.of(item), value, item.value().position()));
      }
    }
    checkCount(items.size());
    return items;
  }

  /** The fields of a record, where it is known what it consists of. */
  private static void addFields(
      Binding binding,
      ExpressionBinder expressions,
      Expression.AllFields written,
      List<Item> items) {
    SqlExpr whole = expressions.bind(written.operand());
    Binding.Fields fields = binding.fields(whole);
    if (fields == null) {
      throw ExpressionBinder.unsupported(
          "row expansion via \"*\" is not supported here", written.position());
    }
    for (int i = 0; i < fields.names().size(); i++) {
      items.add(
          new Item(
              fields.names().get(i),
              expressions.fieldOf(whole, i, fields.types().get(i)),
              written.position()));
    }
  }

  /** Refuses a result with more columns than can be told to a client. */
  static void checkCount(int columns) {
    if (columns > COLUMNS_MAX) {
      throw SqlException.of(
          SqlState.TOO_MANY_COLUMNS, "target lists can have at most %d entries", COLUMNS_MAX);
    }
  }
}
