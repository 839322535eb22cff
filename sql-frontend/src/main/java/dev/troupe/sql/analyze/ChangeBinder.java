package dev.troupe.sql.analyze;

import dev.troupe.sql.catalog.Relation;
import dev.troupe.sql.catalog.SequenceDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.catalog.ViewDescriptor;
import dev.troupe.sql.catalog.VirtualTable;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.plan.Column;
import dev.troupe.sql.plan.ModifyNode;
import dev.troupe.sql.plan.PlanNode;
import dev.troupe.sql.plan.RowLock;
import dev.troupe.sql.plan.SqlExpr;
import dev.troupe.sql.syntax.ast.DataStatement;
import dev.troupe.sql.syntax.ast.Expression;
import dev.troupe.sql.syntax.ast.Query;
import dev.troupe.sql.syntax.ast.QueryBody;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Binds INSERT, UPDATE and DELETE. */
final class ChangeBinder {
  private final Binding binding;
  private final CteScope ctes;

  ChangeBinder(Binding binding, CteScope ctes) {
    this.binding = binding;
    this.ctes = ctes;
  }

  PlanNode bind(DataStatement statement) {
    return switch (statement) {
      case DataStatement.Insert s ->
          with(s.with(), visible -> new InsertBinder(binding, visible).bind(s));
      case DataStatement.Update s ->
          with(s.with(), visible -> new ChangeBinder(binding, visible).update(s));
      case DataStatement.Delete s ->
          with(s.with(), visible -> new ChangeBinder(binding, visible).delete(s));
      case DataStatement.Merge s ->
          throw ExpressionBinder.unsupported("MERGE is not supported", s.position());
      case DataStatement.Truncate s -> throw notPlanned("TRUNCATE", s.position());
      case DataStatement.Copy s -> throw notPlanned("COPY", s.position());
    };
  }

  private static SqlException notPlanned(String what, int position) {
    return ExpressionBinder.unsupported(what + " cannot be part of a query", position);
  }

  private PlanNode with(
      Query.@Nullable With with, java.util.function.Function<CteScope, PlanNode> body) {
    if (with == null) {
      return body.apply(ctes);
    }
    CteBinder.Bound bound = new CteBinder(binding, null, ctes).bind(with);
    return new PlanNode.With(bound.definitions(), body.apply(bound.scope()));
  }

  /** The table that a statement changes. */
  static TableDescriptor target(Binding binding, DataStatement.Target target, String verb) {
    Relation relation = RelationBinder.relation(binding, target.name());
    return switch (relation) {
      case TableDescriptor table -> table;
      case ViewDescriptor view ->
          throw SqlException.of(
                  SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE,
                  "cannot %s view \"%s\"",
                  verb,
                  view.name())
              .withDetail("Views are not automatically updatable.")
              .at(target.name().position());
      case VirtualTable table ->
          throw SqlException.of(
                  SqlState.INSUFFICIENT_PRIVILEGE,
                  "permission denied: \"%s\" is a system catalog",
                  table.name())
              .at(target.name().position());
      case SequenceDescriptor sequence ->
          throw SqlException.of(
                  SqlState.WRONG_OBJECT_TYPE, "cannot change sequence \"%s\"", sequence.name())
              .at(target.name().position());
    };
  }

  private PlanNode update(DataStatement.Update s) {
    TableDescriptor table = target(binding, s.target(), "update");
    binding.access.of(table).add(Access.Kind.UPDATE);
    Scope scope = new Scope(null, ctes);
    FromBinder.Part part = row(table, s.target(), scope);
    PlanNode input = new FromBinder(binding, scope, RowLocks.NONE).bind(part, s.from());
    TableRules rules = new TableRules(binding, table);
    scope.clause = Clause.UPDATE;
    List<@Nullable SqlExpr> assignments =
        new AssignmentBinder(binding, scope, table, rules).bind(s.assignments());
    input = where(input, scope, s.where());
    Returned returned = returning(table, scope, s.returning());
    return new ModifyNode.Update(
        table, input, assignments, rules.checks(), returned.returning(), returned.output());
  }

  private PlanNode delete(DataStatement.Delete s) {
    TableDescriptor table = target(binding, s.target(), "delete from");
    binding.access.of(table).add(Access.Kind.DELETE);
    Scope scope = new Scope(null, ctes);
    FromBinder.Part part = row(table, s.target(), scope);
    PlanNode input = new FromBinder(binding, scope, RowLocks.NONE).bind(part, s.using());
    input = where(input, scope, s.where());
    Returned returned = returning(table, scope, s.returning());
    return new ModifyNode.Delete(
        table,
        input,
        new TableRules(binding, table).checks(),
        returned.returning(),
        returned.output());
  }

  /** All columns of the table, those on their way included: rows are rewritten as a whole. */
  private FromBinder.Part row(TableDescriptor table, DataStatement.Target target, Scope scope) {
    return new RelationBinder(binding, scope, RowLocks.NONE)
        .scan(table, target.alias(), table.columns(), RowLock.NONE);
  }

  private PlanNode where(PlanNode input, Scope scope, @Nullable Expression where) {
    if (where == null) {
      return input;
    }
    scope.clause = Clause.WHERE;
    return new PlanNode.Filter(
        input, new ExpressionBinder(binding, scope).bindCondition(where, "WHERE"));
  }

  /** RETURNING, if there is one, and the columns that come of it. */
  record Returned(ModifyNode.@Nullable Returning returning, List<Column> output) {}

  /** The first table of the scope is the one that is changed; it is seen as it is afterwards. */
  private Returned returning(
      TableDescriptor table, Scope scope, List<QueryBody.SelectItem> written) {
    ScopeTable before = scope.tables.getFirst();
    return returning(binding, table, scope, before, written);
  }

  static Returned returning(
      Binding binding,
      TableDescriptor table,
      Scope scope,
      ScopeTable target,
      List<QueryBody.SelectItem> written) {
    if (written.isEmpty()) {
      return new Returned(null, List.of());
    }
    TableRules.NewRow row = TableRules.newRow(binding, table);
    row.watch(binding, table);
    Scope after = new Scope(null, scope.ctes);
    List<ScopeTable.ScopeColumn> columns = new ArrayList<>();
    for (int i = 0; i < target.columns().size(); i++) {
      ScopeTable.ScopeColumn column = target.columns().get(i);
      columns.add(
          new ScopeTable.ScopeColumn(column.name(), row.columns().get(i).value(), column.hidden()));
    }
    after.tables.add(new ScopeTable(target.name(), target.schema(), columns, true, true, table));
    for (ScopeTable other : scope.tables) {
      if (other != target) {
        after.tables.add(other);
      }
    }
    after.clause = Clause.RETURNING;
    List<SqlExpr> values = new ArrayList<>();
    List<Column> output = new ArrayList<>();
    for (SelectItems.Item item : SelectItems.bind(binding, after, written, false)) {
      values.add(item.value());
      Column column = binding.newColumn(item.name(), item.value().type());
      Binding.Origin origin = binding.origin(item.value());
      if (origin != null) {
        binding.setOrigin(column.id(), origin.table(), origin.attribute());
      }
      output.add(column);
    }
    return new Returned(new ModifyNode.Returning(row.row(), values), output);
  }
}
