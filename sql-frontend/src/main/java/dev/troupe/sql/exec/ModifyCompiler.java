package dev.troupe.sql.exec;

import dev.troupe.sql.catalog.IndexDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.plan.Column;
import dev.troupe.sql.plan.ModifyNode;
import dev.troupe.sql.plan.SqlExpr;
import dev.troupe.sql.storage.IndexLayout;
import dev.troupe.sql.storage.RowReader;
import dev.troupe.sql.storage.TableLayout;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compiles INSERT, UPDATE and DELETE. */
final class ModifyCompiler {
  private final PlanCompiler plans;
  private final ExprCompiler expressions;

  ModifyCompiler(PlanCompiler plans, ExprCompiler expressions) {
    this.plans = plans;
    this.expressions = expressions;
  }

  Step compile(ModifyNode node) {
    return switch (node) {
      case ModifyNode.Insert n -> insert(n);
      case ModifyNode.Update n -> update(n);
      case ModifyNode.Delete n -> delete(n);
    };
  }

  private Step insert(ModifyNode.Insert node) {
    TableProgram program = TableProgram.of(node.table(), node.checks(), expressions);
    ModifyNode.OnConflict conflict = node.conflict();
    return new ModifySteps.Insert(
        plans.compile(node.input()),
        program,
        conflict == null ? null : rules(conflict, program),
        returning(node.returning(), List.of()));
  }

  private Step update(ModifyNode.Update node) {
    return new ModifySteps.Update(
        plans.compileTarget(node.table(), node.input()),
        TableProgram.of(node.table(), node.checks(), expressions),
        assignments(node.assignments(), PlanCompiler.layout(node.input())),
        returning(node.returning(), node.input().output()));
  }

  private Step delete(ModifyNode.Delete node) {
    return new ModifySteps.Delete(
        plans.compileTarget(node.table(), node.input()),
        TableProgram.of(node.table(), node.checks(), expressions),
        returning(node.returning(), node.input().output()));
  }

  private @Nullable RowExpr[] assignments(List<? extends @Nullable SqlExpr> list, Layout layout) {
    var compiled = new @Nullable RowExpr[list.size()];
    for (int i = 0; i < compiled.length; i++) {
      compiled[i] = expressions.compileIfAny(list.get(i), layout);
    }
    return compiled;
  }

  /** Sees the changed row, and what else the input has. */
  private ModifySteps.@Nullable Returning returning(
      ModifyNode.@Nullable Returning returning, List<Column> input) {
    return returning == null
        ? null
        : new ModifySteps.Returning(
            expressions.compileAll(
                returning.expressions(), Layout.changed(returning.row(), input)));
  }

  private ConflictRules rules(ModifyNode.OnConflict conflict, TableProgram program) {
    TableLayout layout = program.layout();
    var arbiters = new ArrayList<IndexLayout>();
    for (IndexDescriptor index : arbiters(conflict, program.table())) {
      arbiters.add(layout.index(index));
    }
    Layout both = Layout.of(conflict.existing(), conflict.excluded());
    List<@Nullable SqlExpr> assigned = conflict.assignments();
    return new ConflictRules(
        program,
        arbiters.toArray(IndexLayout[]::new),
        arbiters.stream().mapToInt(layout.indexes()::indexOf).toArray(),
        RowReader.ofAll(layout),
        assigned == null ? null : assignments(assigned, both),
        expressions.compileIfAny(conflict.where(), both));
  }

  private static List<IndexDescriptor> arbiters(
      ModifyNode.OnConflict conflict, TableDescriptor table) {
    if (!conflict.arbiters().isEmpty()) {
      return conflict.arbiters();
    }
    var unique = new ArrayList<IndexDescriptor>();
    unique.add(table.primary());
    table.indexes().stream().filter(IndexDescriptor::unique).forEach(unique::add);
    return unique;
  }
}
