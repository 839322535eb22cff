package dev.troupe.sql.analyze;

import dev.troupe.sql.catalog.ElementState;
import dev.troupe.sql.catalog.IndexDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.plan.ModifyNode;
import dev.troupe.sql.plan.SqlExpr;
import dev.troupe.sql.syntax.ast.DataStatement;
import dev.troupe.sql.syntax.ast.Expression;
import dev.troupe.sql.syntax.ast.IndexElement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Binds ON CONFLICT: finds the indexes that decide, and what happens to the row that is there. */
final class ConflictBinder {
  private final Binding binding;
  private final CteScope ctes;
  private final TableDescriptor table;
  private final TableRules rules;

  ConflictBinder(Binding binding, CteScope ctes, TableDescriptor table, TableRules rules) {
    this.binding = binding;
    this.ctes = ctes;
    this.table = table;
    this.rules = rules;
  }

  ModifyNode.OnConflict bind(DataStatement.OnConflict written, ScopeTable target) {
    List<IndexDescriptor> arbiters = arbiters(written);
    TableRules.NewRow existing = TableRules.newRow(binding, table);
    TableRules.NewRow excluded = TableRules.newRow(binding, table);
    DataStatement.ConflictUpdate update = written.update();
    if (update == null) {
      return new ModifyNode.OnConflict(arbiters, existing.row(), excluded.row(), null, null);
    }
    if (written.arbiter() == null) {
      throw new SqlException(
              SqlState.SYNTAX_ERROR,
              "ON CONFLICT DO UPDATE requires inference specification or constraint name")
          .withHint("For example, ON CONFLICT (column_name).")
          .at(written.position());
    }
    existing.watch(binding, table);
    binding.access.of(table).add(Access.Kind.UPDATE);
    Scope scope = new Scope(null, ctes);
    scope.tables.add(
        new ScopeTable(target.name(), target.schema(), existing.columns(), true, true, table));
    scope.tables.add(new ScopeTable("excluded", null, excluded.columns(), true, false, table));
    scope.clause = Clause.UPDATE;
    List<@Nullable SqlExpr> assignments =
        new AssignmentBinder(binding, scope, table, rules).bind(update.assignments());
    Expression where = update.where();
    scope.clause = Clause.WHERE;
    SqlExpr condition =
        where == null ? null : new ExpressionBinder(binding, scope).bindCondition(where, "WHERE");
    return new ModifyNode.OnConflict(
        arbiters, existing.row(), excluded.row(), assignments, condition);
  }

  private List<IndexDescriptor> arbiters(DataStatement.OnConflict written) {
    DataStatement.Arbiter arbiter = written.arbiter();
    if (arbiter == null) {
      return List.of();
    }
    List<IndexDescriptor> found =
        switch (arbiter) {
          case DataStatement.Arbiter.Constraint constraint -> List.of(named(constraint));
          case DataStatement.Arbiter.Inferred inferred -> inferred(inferred, written.position());
        };
    // To learn that a row is in the way is to learn what its key is.
    AccessUses.Use use = binding.access.of(table);
    found.forEach(index -> index.keys().forEach(key -> use.add(Access.Kind.SELECT, key.column())));
    return found;
  }

  private List<IndexDescriptor> uniqueIndexes() {
    List<IndexDescriptor> all = new ArrayList<>();
    all.add(table.primary());
    for (IndexDescriptor index : table.indexes()) {
      if (index.unique() && index.state() == ElementState.PUBLIC) {
        all.add(index);
      }
    }
    return all;
  }

  private IndexDescriptor named(DataStatement.Arbiter.Constraint constraint) {
    for (IndexDescriptor index : uniqueIndexes()) {
      if (index.constraint() && index.name().equals(constraint.name().text())) {
        return index;
      }
    }
    throw SqlException.of(
            SqlState.UNDEFINED_OBJECT,
            "constraint \"%s\" for table \"%s\" does not exist",
            constraint.name(),
            table.name())
        .at(constraint.name().position());
  }

  private List<IndexDescriptor> inferred(DataStatement.Arbiter.Inferred inferred, int position) {
    Set<Integer> columns = new HashSet<>();
    for (IndexElement element : inferred.elements()) {
      if (!(element.value() instanceof Expression.ColumnReference reference)) {
        throw noArbiter(element.position());
      }
      int index =
          AssignmentBinder.position(
              table,
              new dev.troupe.sql.syntax.ast.Name(reference.name().last(), reference.position()));
      columns.add(table.columns().get(index).id());
    }
    TableRules.NewRow row = TableRules.newRow(binding, table);
    Expression where = inferred.where();
    SqlExpr wanted =
        where == null
            ? null
            : new ExpressionBinder(binding, TableRules.scopeOf(table, row, Clause.INDEX_PREDICATE))
                .bindCondition(where, "WHERE");
    List<IndexDescriptor> found = new ArrayList<>();
    for (IndexDescriptor index : uniqueIndexes()) {
      Set<Integer> keys = new HashSet<>();
      index.keys().forEach(key -> keys.add(key.column()));
      SqlExpr predicate = rules.indexPredicate(index, row);
      if (keys.equals(columns) && (predicate == null || predicate.equals(wanted))) {
        found.add(index);
      }
    }
    if (found.isEmpty()) {
      throw noArbiter(position);
    }
    return found;
  }

  private static SqlException noArbiter(int position) {
    return new SqlException(
            SqlState.INVALID_COLUMN_REFERENCE,
            "there is no unique or exclusion constraint matching the ON CONFLICT specification")
        .at(position);
  }
}
