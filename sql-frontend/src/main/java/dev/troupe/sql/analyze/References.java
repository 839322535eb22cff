package dev.troupe.sql.analyze;

import dev.troupe.sql.syntax.ast.FromItem;
import dev.troupe.sql.syntax.ast.Query;
import dev.troupe.sql.syntax.ast.QueryBody;
import dev.troupe.sql.syntax.ast.QueryStatement;

/** Whether a query names a common table in one of its FROM clauses. */
final class References {
  private References() {}

  static boolean mentions(Query query, String name) {
    Query.With with = query.with();
    if (with != null) {
      for (Query.CommonTable table : with.tables()) {
        boolean found =
            table.statement() instanceof QueryStatement inner && mentions(inner.query(), name);
        if (found) {
          return true;
        }
        if (table.name().equals(name)) {
          return false;
        }
      }
    }
    return mentions(query.body(), name);
  }

  private static boolean mentions(QueryBody body, String name) {
    return switch (body) {
      case QueryBody.Select select -> select.from().stream().anyMatch(item -> mentions(item, name));
      case QueryBody.Values values -> false;
      case QueryBody.TableCommand command -> mentions(command.table(), name);
      case QueryBody.SetOperation operation ->
          mentions(operation.left(), name) || mentions(operation.right(), name);
      case QueryBody.Nested nested -> mentions(nested.query(), name);
    };
  }

  private static boolean mentions(FromItem item, String name) {
    return switch (item) {
      case FromItem.Table table ->
          table.name().parts().size() == 1 && table.name().last().equals(name);
      case FromItem.Subquery subquery -> mentions(subquery.query(), name);
      case FromItem.Functions functions -> false;
      case FromItem.Join join -> mentions(join.left(), name) || mentions(join.right(), name);
    };
  }
}
