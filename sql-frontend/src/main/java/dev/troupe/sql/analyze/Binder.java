package dev.troupe.sql.analyze;

import dev.troupe.sql.analyze.BoundStatement.Command;
import dev.troupe.sql.analyze.BoundStatement.OutputColumn;
import dev.troupe.sql.catalog.Catalog;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.plan.Column;
import dev.troupe.sql.plan.ModifyNode;
import dev.troupe.sql.plan.PlanNode;
import dev.troupe.sql.plan.PlanNodes;
import dev.troupe.sql.plan.RowLock;
import dev.troupe.sql.plan.SqlExpr;
import dev.troupe.sql.plan.SqlExprs;
import dev.troupe.sql.syntax.ast.DataStatement;
import dev.troupe.sql.syntax.ast.Expression;
import dev.troupe.sql.syntax.ast.Query;
import dev.troupe.sql.syntax.ast.QueryBody;
import dev.troupe.sql.syntax.ast.QueryStatement;
import dev.troupe.sql.syntax.ast.Statement;
import dev.troupe.sql.type.SqlType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gives statements their meaning: finds what names stand for, infers types, and makes a logical
 * plan. A function of the statement and of what it is bound in.
 */
public final class Binder {
  private Binder() {}

  /**
   * Binds a query, or an INSERT, UPDATE or DELETE.
   *
   * @throws SqlException when the statement means nothing; with the place where that is so
   */
  public static BoundStatement bind(Statement statement, BindContext context) {
    return bind(statement, new Binding(context));
  }

  /** The same, with notes on what the names of the query mean. */
  public static BoundStatement bind(Statement statement, BindContext context, QueryNotes notes) {
    return bind(statement, new Binding(context, notes));
  }

  private static BoundStatement bind(Statement statement, Binding binding) {
    if (statement instanceof QueryStatement query) {
      SqlExpr asOf = asOf(binding, query.query());
      PlanNode plan = new QueryBinder(binding, null, CteScope.NONE).bind(query.query()).plan();
      return bound(binding, plan, Command.SELECT, asOf);
    }
    if (statement instanceof DataStatement change) {
      PlanNode plan = new ChangeBinder(binding, CteScope.NONE).bind(change);
      return bound(binding, plan, command(change), null);
    }
    throw new SqlException(SqlState.FEATURE_NOT_SUPPORTED, "statements of this kind have no plan")
        .at(statement.position());
  }

  private static Command command(DataStatement statement) {
    return switch (statement) {
      case DataStatement.Insert s -> Command.INSERT;
      case DataStatement.Update s -> Command.UPDATE;
      case DataStatement.Delete s -> Command.DELETE;
      case DataStatement.Merge s -> Command.UPDATE;
      case DataStatement.Truncate s -> Command.DELETE;
      case DataStatement.Copy s -> Command.INSERT;
    };
  }

  private static BoundStatement bound(
      Binding binding, PlanNode plan, Command command, @Nullable SqlExpr asOf) {
    List<OutputColumn> output = new ArrayList<>();
    for (Column column : plan.output()) {
      Binding.Origin origin = binding.origin(new SqlExpr.ColumnRef(column.id(), column.type()));
      output.add(
          new OutputColumn(
              column.name(),
              column.type(),
              origin == null ? 0 : origin.table(),
              origin == null ? 0 : origin.attribute()));
    }
    return new BoundStatement(
        plan,
        binding.parameters.settled(),
        binding.parameters.first(),
        output,
        command,
        isReadOnly(plan),
        PlanNodes.isVolatile(plan),
        binding.relations(),
        binding.access.all(),
        asOf);
  }

  private static boolean isReadOnly(PlanNode plan) {
    boolean[] readOnly = {true};
    PlanNodes.visitAll(
        plan,
        node ->
            readOnly[0] &=
                !(node instanceof ModifyNode)
                    && !(node instanceof PlanNode.LockRows)
                    && !(node instanceof PlanNode.Scan scan && scan.lock() != RowLock.NONE));
    return readOnly[0];
  }

  /** AS OF SYSTEM TIME, of the query itself or of the SELECT in its parentheses. */
  private static @Nullable SqlExpr asOf(Binding binding, Query query) {
    Expression written = query.asOf();
    if (written == null && query.body() instanceof QueryBody.Nested nested) {
      return asOf(binding, nested.query());
    }
    return written == null ? null : asOf(binding, written);
  }

  private static SqlExpr asOf(Binding binding, Expression written) {
    Scope scope = new Scope(null, CteScope.NONE);
    scope.clause = Clause.AS_OF;
    return new ExpressionBinder(binding, scope).bindKnown(written);
  }

  /** The moment that a transaction's AS OF SYSTEM TIME means. */
  public static SqlExpr bindAsOf(Expression written, Catalog catalog) {
    return asOf(new Binding(BindContext.of(catalog)), written);
  }

  /** What an expression that is kept in a table's description is for. */
  public enum Purpose {
    DEFAULT,
    CHECK,
    GENERATED,
    INDEX_PREDICATE;

    private Clause clause() {
      return switch (this) {
        case DEFAULT -> Clause.DEFAULT;
        case CHECK -> Clause.CHECK;
        case GENERATED -> Clause.GENERATED;
        case INDEX_PREDICATE -> Clause.INDEX_PREDICATE;
      };
    }

    private boolean seesRow() {
      return this != DEFAULT;
    }
  }

  /**
   * An expression over a row of a table.
   *
   * @param row columns that stand for the table's columns, in its order
   */
  public record BoundExpression(List<Column> row, SqlExpr expression) {}

  /**
   * Binds an expression of a table's description, to validate it or to compute it.
   *
   * @param type what it is assigned to; ignored for conditions
   */
  public static BoundExpression bindExpression(
      Expression written, TableDescriptor table, Purpose purpose, SqlType type, Catalog catalog) {
    Binding binding = new Binding(BindContext.of(catalog));
    TableRules.NewRow row = TableRules.newRow(binding, table);
    Scope scope = TableRules.scopeOf(table, row, purpose.clause());
    if (!purpose.seesRow()) {
      scope = new Scope(null, CteScope.NONE);
      scope.clause = purpose.clause();
    }
    refuseColumns(written, purpose);
    ExpressionBinder expressions = new ExpressionBinder(binding, scope);
    SqlExpr bound =
        switch (purpose) {
          case CHECK -> expressions.bindCondition(written, "CHECK");
          case INDEX_PREDICATE -> expressions.bindCondition(written, "WHERE");
          case DEFAULT, GENERATED ->
              binding.conversions.assign(
                  expressions.bind(written), type, "expression", written.position());
        };
    if (SqlExprs.hasSubquery(bound)) {
      throw new SqlException(
              SqlState.FEATURE_NOT_SUPPORTED,
              "cannot use subquery in " + purpose.clause().phrase().replaceAll("s$", ""))
          .at(written.position());
    }
    return new BoundExpression(row.row(), bound);
  }

  private static void refuseColumns(Expression written, Purpose purpose) {
    if (purpose == Purpose.DEFAULT && written instanceof Expression.ColumnReference) {
      throw new SqlException(
              SqlState.FEATURE_NOT_SUPPORTED, "cannot use column reference in DEFAULT expression")
          .at(written.position());
    }
  }

  /** Same for a text that is kept. */
  public static BoundExpression bindExpression(
      String sql, TableDescriptor table, Purpose purpose, SqlType type, Catalog catalog) {
    return bindExpression(StoredSql.expression(sql), table, purpose, type, catalog);
  }

  /** What a table demands of rows that are changed by way of foreign keys. */
  public static ModifyNode.Checks checks(TableDescriptor table, Catalog catalog) {
    return new TableRules(new Binding(BindContext.of(catalog)), table).checks();
  }
}
