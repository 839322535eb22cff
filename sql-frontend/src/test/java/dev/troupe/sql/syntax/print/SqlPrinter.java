package dev.troupe.sql.syntax.print;

import dev.troupe.sql.syntax.ast.Expression;
import dev.troupe.sql.syntax.ast.Query;
import dev.troupe.sql.syntax.ast.Statement;
import dev.troupe.sql.syntax.ast.TypeName;

/**
 * Text of syntax trees. It parses to the same tree; names are in quotes and expressions in
 * parentheses only where they have to be.
 */
public final class SqlPrinter {
  private SqlPrinter() {}

  public static String query(Query query) {
    SqlWriter out = new SqlWriter();
    new QueryPrinter(out).query(query);
    return out.toString();
  }

  /** Of a query, or a statement that changes rows. */
  public static String statement(Statement statement) {
    SqlWriter out = new SqlWriter();
    new QueryPrinter(out).data().preparable(statement);
    return out.toString();
  }

  public static String expression(Expression expression) {
    SqlWriter out = new SqlWriter();
    new QueryPrinter(out).expressions().expression(expression);
    return out.toString();
  }

  public static String type(TypeName type) {
    SqlWriter out = new SqlWriter();
    new QueryPrinter(out).expressions().types().type(type);
    return out.toString();
  }
}
