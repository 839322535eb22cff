package dev.troupe.sql.analyze;

import dev.troupe.sql.analyze.ScopeTable.ScopeColumn;
import dev.troupe.sql.plan.SqlExpr;
import dev.troupe.sql.syntax.ast.Expression;
import dev.troupe.sql.syntax.ast.FromItem;
import dev.troupe.sql.syntax.ast.Name;
import dev.troupe.sql.syntax.ast.QualifiedName;
import dev.troupe.sql.syntax.ast.QueryBody;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What binding a query has found out about its names, by the very objects that it consists of: for
 * whoever keeps the query as a text. Not for several threads.
 */
public final class QueryNotes {
  private final Map<Expression.AllColumns, List<QueryBody.SelectItem>> stars =
      new IdentityHashMap<>();
  private final Map<QualifiedName, QualifiedName> columns = new IdentityHashMap<>();
  private final Map<FromItem.Join, List<Name>> naturals = new IdentityHashMap<>();
  private final Map<QueryBody.TableCommand, QueryBody.Select> commands = new IdentityHashMap<>();

  /** A name of a column with that of its table, where there are several tables. */
  public QualifiedName column(QualifiedName written) {
    return columns.getOrDefault(written, written);
  }

  /** The columns that {@code *} stands for; null: this is not known. */
  public @Nullable List<QueryBody.SelectItem> star(Expression.AllColumns star) {
    return stars.get(star);
  }

  /** The columns by which a NATURAL join joins; null: it is none. */
  public @Nullable List<Name> natural(FromItem.Join join) {
    return naturals.get(join);
  }

  /** The query that {@code TABLE t} stands for; null: this is not known. */
  public QueryBody.@Nullable Select command(QueryBody.TableCommand command) {
    return commands.get(command);
  }

  // --- while binding ---------------------------------------------------------------------------

  void joins(FromItem.Join join, List<Name> by) {
    naturals.put(join, by);
  }

  void means(QueryBody.TableCommand command, QueryBody.Select select) {
    commands.put(command, select);
  }

  void expands(Expression.AllColumns star, Scope scope, List<ScopeColumn> into) {
    List<QueryBody.SelectItem> items = new ArrayList<>();
    for (ScopeColumn column : into) {
      QualifiedName name = qualified(scope, column.value());
      if (name == null || scope.tables.size() == 1) {
        name = QualifiedName.of(column.name(), star.position());
      }
      String alias = name.last().equals(column.name()) ? null : column.name();
      items.add(
          new QueryBody.SelectItem(new Expression.ColumnReference(name), alias, star.position()));
    }
    stars.put(star, items);
  }

  /**
   * A name without a table was found in a query, or in one around it.
   *
   * @param from the query that the name stands in
   * @param level the one that has the column
   */
  void names(QualifiedName written, Scope from, Scope level, SqlExpr found) {
    if (level.tables.size() == 1 && from.outer == null) {
      return;
    }
    QualifiedName full = qualified(level, found);
    if (full == null) {
      return;
    }
    // The table's name must not mean another one in between.
    String table = full.parts().getFirst();
    for (Scope inner = from; inner != null && inner != level; inner = inner.outer) {
      if (inner.tables.stream().anyMatch(other -> table.equals(other.name()))) {
        return;
      }
    }
    columns.put(written, new QualifiedName(full.parts(), written.position()));
  }

  /** By which table of a query a value can be named; null: by none. */
  private static @Nullable QualifiedName qualified(Scope scope, SqlExpr value) {
    for (ScopeTable table : scope.tables) {
      String name = table.name();
      if (name == null || !table.named()) {
        continue;
      }
      for (ScopeColumn column : table.columns()) {
        if (column.value().equals(value)) {
          return new QualifiedName(List.of(name, column.name()), -1);
        }
      }
    }
    return null;
  }
}
