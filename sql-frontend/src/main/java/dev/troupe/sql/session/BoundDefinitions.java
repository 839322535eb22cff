package dev.troupe.sql.session;

import dev.troupe.sql.analyze.BindContext;
import dev.troupe.sql.analyze.Binder;
import dev.troupe.sql.analyze.Binder.BoundExpression;
import dev.troupe.sql.analyze.Binder.Purpose;
import dev.troupe.sql.analyze.BoundStatement;
import dev.troupe.sql.analyze.QueryNotes;
import dev.troupe.sql.analyze.TypeBinder;
import dev.troupe.sql.catalog.Catalog;
import dev.troupe.sql.catalog.ColumnDescriptor;
import dev.troupe.sql.catalog.ElementState;
import dev.troupe.sql.catalog.IndexDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.eval.ScalarFunction.Volatility;
import dev.troupe.sql.plan.SqlExpr;
import dev.troupe.sql.plan.SqlExprs;
import dev.troupe.sql.schema.ExpressionChecker;
import dev.troupe.sql.schema.QueryNames;
import dev.troupe.sql.syntax.ast.Expression;
import dev.troupe.sql.syntax.ast.FromItem;
import dev.troupe.sql.syntax.ast.Name;
import dev.troupe.sql.syntax.ast.QualifiedName;
import dev.troupe.sql.syntax.ast.QueryBody;
import dev.troupe.sql.syntax.ast.Statement;
import dev.troupe.sql.syntax.ast.TypeName;
import dev.troupe.sql.type.SqlType;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answers the schema's questions about expressions by binding them. */
final class BoundDefinitions implements ExpressionChecker {
  private final SessionParts parts;
  private final PortalRows rows;

  BoundDefinitions(SessionParts parts, PortalRows rows) {
    this.parts = parts;
    this.rows = rows;
  }

  @Override
  public SqlType bindType(TypeName name) {
    return TypeBinder.bind(name);
  }

  @Override
  public void checkDefault(Expression value, ColumnDescriptor column, Catalog catalog) {
    bindDefault(value, column, catalog);
  }

  private static SqlExpr bindDefault(Expression value, ColumnDescriptor column, Catalog catalog) {
    return Binder.bindExpression(value, tableOf(column), Purpose.DEFAULT, column.type(), catalog)
        .expression();
  }

  /** A table that has one column and exists nowhere. */
  private static TableDescriptor tableOf(ColumnDescriptor column) {
    var key = new IndexDescriptor.Key(column.id(), false, false);
    var primary =
        new IndexDescriptor(
            1, 0, "", true, true, false, List.of(key), List.of(), null, ElementState.PUBLIC);
    return new TableDescriptor(
        0,
        "",
        "",
        0,
        "",
        List.of(column),
        0,
        primary,
        List.of(),
        0,
        List.of(),
        List.of(),
        List.of());
  }

  @Override
  public @Nullable Object valueOfDefault(
      Expression value, ColumnDescriptor column, Catalog catalog) {
    SqlExpr bound = bindDefault(value, column, catalog);
    return SqlExprs.isVolatile(bound) ? VOLATILE : rows.constant(bound);
  }

  @Override
  public void checkGenerated(
      Expression value, ColumnDescriptor column, TableDescriptor table, Catalog catalog) {
    BoundExpression bound =
        Binder.bindExpression(value, table, Purpose.GENERATED, column.type(), catalog);
    if (!isImmutable(bound.expression())) {
      throw new SqlException(
              SqlState.INVALID_OBJECT_DEFINITION, "generation expression is not immutable")
          .at(value.position());
    }
    BitSet used = SqlExprs.columns(bound.expression());
    for (int i = 0; i < table.columns().size(); i++) {
      ColumnDescriptor other = table.columns().get(i);
      if (used.get(bound.row().get(i).id()) && other.generatedSql() != null) {
        throw SqlException.of(
                SqlState.INVALID_OBJECT_DEFINITION,
                "cannot use generated column \"%s\" in column generation expression",
                other.name())
            .withDetail("A generated column cannot reference another generated column.")
            .at(value.position());
      }
    }
  }

  @Override
  public void checkCondition(Expression condition, TableDescriptor table, Catalog catalog) {
    Binder.bindExpression(condition, table, Purpose.CHECK, SqlType.BOOL, catalog);
  }

  @Override
  public void checkIndexPredicate(Expression condition, TableDescriptor table, Catalog catalog) {
    BoundExpression bound =
        Binder.bindExpression(condition, table, Purpose.INDEX_PREDICATE, SqlType.BOOL, catalog);
    if (!isImmutable(bound.expression())) {
      throw new SqlException(
              SqlState.INVALID_OBJECT_DEFINITION,
              "functions in index predicate must be marked IMMUTABLE")
          .at(condition.position());
    }
  }

  private static boolean isImmutable(SqlExpr expression) {
    return !SqlExprs.contains(
        expression,
        e ->
            e instanceof SqlExpr.Call call && call.function().volatility() != Volatility.IMMUTABLE);
  }

  @Override
  public List<String> columnsOf(Expression expression, TableDescriptor table) {
    BoundExpression bound =
        Binder.bindExpression(
            expression, table, Purpose.CHECK, SqlType.BOOL, parts.transaction().schema(false));
    BitSet used = SqlExprs.columns(bound.expression());
    var names = new ArrayList<String>();
    for (int i = 0; i < table.columns().size(); i++) {
      if (used.get(bound.row().get(i).id())) {
        names.add(table.columns().get(i).name());
      }
    }
    return names;
  }

  @Override
  public QueryShape shapeOf(Statement query, Catalog catalog) {
    var notes = new QueryNotes();
    BoundStatement bound =
        Binder.bind(query, new BindContext(catalog, List.of(), parts.identity().database()), notes);
    return new QueryShape(
        bound.output().stream().map(BoundStatement.OutputColumn::name).toList(),
        bound.output().stream().map(BoundStatement.OutputColumn::type).toList(),
        bound.relations().stream().map(BoundStatement.RelationUse::id).toList(),
        meaning(notes));
  }

  private static QueryNames meaning(QueryNotes notes) {
    return new QueryNames() {
      @Override
      public QualifiedName column(QualifiedName written) {
        return notes.column(written);
      }

      @Override
      public @Nullable List<QueryBody.SelectItem> star(Expression.AllColumns star) {
        return notes.star(star);
      }

      @Override
      public @Nullable List<Name> natural(FromItem.Join join) {
        return notes.natural(join);
      }

      @Override
      public QueryBody.@Nullable Select command(QueryBody.TableCommand command) {
        return notes.command(command);
      }
    };
  }
}
