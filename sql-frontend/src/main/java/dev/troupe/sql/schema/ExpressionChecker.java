package dev.troupe.sql.schema;

import dev.troupe.sql.catalog.Catalog;
import dev.troupe.sql.catalog.ColumnDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.syntax.ast.Expression;
import dev.troupe.sql.syntax.ast.Statement;
import dev.troupe.sql.syntax.ast.TypeName;
import dev.troupe.sql.type.SqlType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the schema asks of the binder about expressions and queries in definitions. Methods throw
 * {@link dev.troupe.sql.error.SqlException} when something is not allowed.
 */
public interface ExpressionChecker {
  SqlType bindType(TypeName name);

  /** A DEFAULT: no columns, no subqueries or aggregates, of a type that can be assigned. */
  void checkDefault(Expression value, ColumnDescriptor column, Catalog catalog);

  /**
   * The value of a DEFAULT that rows which are there already get when its column is added.
   *
   * @return a value of the column's type or null for NULL; {@link #VOLATILE} when each row must get
   *     one of its own
   */
  @Nullable Object valueOfDefault(Expression value, ColumnDescriptor column, Catalog catalog);

  /** Says that an expression has no single value. */
  Object VOLATILE = new Object();

  /** GENERATED AS: immutable, over columns of the table that are not generated themselves. */
  void checkGenerated(
      Expression value, ColumnDescriptor column, TableDescriptor table, Catalog catalog);

  /** CHECK: a truth value over columns of the table, without subqueries or aggregates. */
  void checkCondition(Expression condition, TableDescriptor table, Catalog catalog);

  /** WHERE of an index: as a CHECK, and immutable. */
  void checkIndexPredicate(Expression condition, TableDescriptor table, Catalog catalog);

  /** Names of columns of the table that an expression reads. */
  List<String> columnsOf(Expression expression, TableDescriptor table);

  /** Columns of a query's result, or of what RETURNING gives, and the relations it reads. */
  QueryShape shapeOf(Statement query, Catalog catalog);

  /**
   * See {@link #shapeOf}.
   *
   * @param meaning of the names in the query
   */
  record QueryShape(
      List<String> names, List<SqlType> types, List<Long> dependsOn, QueryNames meaning) {
    public QueryShape {
      names = List.copyOf(names);
      types = List.copyOf(types);
      dependsOn = List.copyOf(dependsOn);
    }
  }
}
