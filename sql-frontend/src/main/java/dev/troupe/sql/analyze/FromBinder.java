package dev.troupe.sql.analyze;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.plan.PlanNode;
import dev.troupe.sql.plan.PlanNode.JoinKind;
import dev.troupe.sql.plan.PlanNodes;
import dev.troupe.sql.plan.SqlExpr;
import dev.troupe.sql.syntax.ast.FromItem;
import dev.troupe.sql.syntax.ast.QualifiedName;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Binds FROM: makes its joins, and puts the names of its tables into the scope. */
final class FromBinder {
  private final Binding binding;
  private final Scope scope;
  private final RowLocks locks;
  private final RelationBinder relations;

  FromBinder(Binding binding, Scope scope, RowLocks locks) {
    this.binding = binding;
    this.scope = scope;
    this.locks = locks;
    this.relations = new RelationBinder(binding, scope, locks);
  }

  /** A part of FROM. */
  record Part(PlanNode plan, List<ScopeTable> tables) {}

  PlanNode bind(List<FromItem> items) {
    return bind(null, items);
  }

  /**
   * @param first what stands before the items: the table that is changed; null: nothing
   */
  PlanNode bind(@Nullable Part first, List<FromItem> items) {
    PlanNode plan = null;
    if (first != null) {
      plan = first.plan();
      scope.tables.addAll(first.tables());
    }
    for (FromItem item : items) {
      Part part = bind(item, scope.tables);
      requireNewNames(scope.tables, part.tables(), item.position());
      plan =
          plan == null
              ? part.plan()
              : joined(JoinKind.INNER, plan, part.plan(), null, item.position());
      scope.tables.addAll(part.tables());
    }
    locks.requireAllFound();
    return plan == null ? new PlanNode.Values(List.of(), List.of(List.of())) : plan;
  }

  private static void requireNewNames(
      List<ScopeTable> known, List<ScopeTable> added, int position) {
    for (ScopeTable table : added) {
      String name = table.name();
      for (ScopeTable other : known) {
        boolean same =
            table.named()
                && other.named()
                && name != null
                && name.equals(other.name())
                && (table.schema() == null || table.schema().equals(other.schema()));
        if (same) {
          throw SqlException.of(
                  SqlState.DUPLICATE_ALIAS,
                  "table name \"%s\" specified more than once",
                  String.valueOf(name))
              .at(position);
        }
      }
    }
  }

  /**
   * @param before tables that a lateral item may use
   */
  private Part bind(FromItem item, List<ScopeTable> before) {
    return switch (item) {
      case FromItem.Table table -> relations.table(table);
      case FromItem.Subquery subquery -> subquery(subquery, before);
      case FromItem.Functions functions ->
          new TableFunctionBinder(binding).bind(functions, lateral(before));
      case FromItem.Join join -> join(join, before);
    };
  }

  private Scope lateral(List<ScopeTable> before) {
    Scope inner = new Scope(scope.outer, scope.ctes);
    inner.tables.addAll(before);
    inner.clause = Clause.FROM_FUNCTION;
    return inner;
  }

  private Part subquery(FromItem.Subquery item, List<ScopeTable> before) {
    Scope around;
    if (item.lateral()) {
      around = lateral(before);
    } else {
      around = new Scope(scope.outer, scope.ctes);
      around.unreachable = List.copyOf(before);
      around.clause = Clause.FROM_FUNCTION;
    }
    PlanNode plan = new QueryBinder(binding, around, scope.ctes).bind(item.query()).plan();
    FromItem.Alias alias = item.alias();
    String name = alias == null ? null : alias.name();
    List<ScopeTable.ScopeColumn> columns = new ArrayList<>();
    for (var column : plan.output()) {
      columns.add(
          new ScopeTable.ScopeColumn(
              column.name(), new SqlExpr.ColumnRef(column.id(), column.type())));
    }
    return new Part(plan, List.of(RelationBinder.renamed(ScopeTable.of(name, columns), alias)));
  }

  private Part join(FromItem.Join join, List<ScopeTable> before) {
    Part first = bind(join.left(), before);
    List<ScopeTable> visible = new ArrayList<>(before);
    visible.addAll(first.tables());
    Part second = bind(join.right(), visible);
    boolean full = join.kind() == FromItem.JoinKind.FULL;
    Part left = optional(first, full || join.kind() == FromItem.JoinKind.RIGHT);
    Part right = optional(second, full || join.kind() == FromItem.JoinKind.LEFT);
    requireNewNames(left.tables(), right.tables(), join.right().position());
    JoinKind kind =
        switch (join.kind()) {
          case CROSS, INNER -> JoinKind.INNER;
          case LEFT -> JoinKind.LEFT;
          case RIGHT -> JoinKind.RIGHT;
          case FULL -> JoinKind.FULL;
        };
    return switch (join.condition()) {
      case FromItem.JoinCondition.None none -> plainJoin(join, kind, left, right, null);
      case FromItem.JoinCondition.On on -> {
        SqlExpr condition = onCondition(on, left, right);
        yield plainJoin(join, kind, left, right, condition);
      }
      case FromItem.JoinCondition.Natural natural -> {
        MergedJoin merged = new MergedJoin(binding, kind, left, right);
        if (binding.notes != null) {
          binding.notes.joins(join, merged.commonNames());
        }
        yield mergedJoin(join, kind, merged, merged.commonNames(), null);
      }
      case FromItem.JoinCondition.Using using -> {
        MergedJoin merged = new MergedJoin(binding, kind, left, right);
        yield mergedJoin(join, kind, merged, using.columns(), using.alias());
      }
    };
  }

  private static Part optional(Part part, boolean optional) {
    return new Part(part.plan(), part.tables().stream().map(t -> t.left(optional)).toList());
  }

  private SqlExpr onCondition(FromItem.JoinCondition.On on, Part left, Part right) {
    Scope inner = new Scope(scope.outer, scope.ctes);
    inner.tables.addAll(left.tables());
    inner.tables.addAll(right.tables());
    inner.unreachable = List.copyOf(scope.tables);
    inner.clause = Clause.JOIN_ON;
    return new ExpressionBinder(binding, inner).bindCondition(on.condition(), "JOIN/ON");
  }

  private Part plainJoin(
      FromItem.Join join, JoinKind kind, Part left, Part right, @Nullable SqlExpr condition) {
    PlanNode plan = joined(kind, left.plan(), right.plan(), condition, join.position());
    List<ScopeTable> tables = new ArrayList<>(left.tables());
    tables.addAll(right.tables());
    FromItem.Alias alias = join.alias();
    if (alias == null) {
      return new Part(plan, tables);
    }
    List<ScopeTable.ScopeColumn> columns = new ArrayList<>();
    for (ScopeTable table : tables) {
      if (table.open()) {
        columns.addAll(table.visible());
      }
    }
    return new Part(
        plan, List.of(RelationBinder.renamed(ScopeTable.of(alias.name(), columns), alias)));
  }

  private Part mergedJoin(
      FromItem.Join join,
      JoinKind kind,
      MergedJoin merged,
      List<dev.troupe.sql.syntax.ast.Name> columns,
      @Nullable String usingAlias) {
    SqlExpr condition = merged.merge(columns);
    PlanNode plan =
        joined(kind, merged.left().plan(), merged.right().plan(), condition, join.position());
    FromItem.Alias alias = join.alias();
    if (alias != null) {
      ScopeTable whole = ScopeTable.of(alias.name(), merged.columns());
      return new Part(plan, List.of(RelationBinder.renamed(whole, alias)));
    }
    List<ScopeTable> tables = new ArrayList<>();
    merged.left().tables().forEach(table -> tables.add(table.closed()));
    merged.right().tables().forEach(table -> tables.add(table.closed()));
    tables.add(ScopeTable.of(null, merged.columns()));
    if (usingAlias != null) {
      tables.add(ScopeTable.of(usingAlias, merged.mergedColumns()).closed());
    }
    return new Part(plan, tables);
  }

  /** A join; an Apply when the right side uses columns of the left one. */
  static PlanNode joined(
      JoinKind kind, PlanNode left, PlanNode right, @Nullable SqlExpr condition, int position) {
    boolean canDepend = !(right instanceof PlanNode.Scan || right instanceof PlanNode.VirtualScan);
    if (canDepend) {
      BitSet needed = PlanNodes.freeColumns(right);
      needed.and(PlanNodes.outputIds(left));
      if (!needed.isEmpty()) {
        if (kind == JoinKind.RIGHT || kind == JoinKind.FULL) {
          throw new SqlException(
                  SqlState.INVALID_COLUMN_REFERENCE,
                  "invalid reference to FROM-clause entry in a lateral item")
              .withDetail("The combining JOIN type must be INNER or LEFT for a LATERAL reference.")
              .at(position);
        }
        return new PlanNode.Apply(kind, left, right, condition, needed.stream().boxed().toList());
      }
    }
    return new PlanNode.Join(kind, left, right, condition);
  }

  /** What a qualified name of a relation says. */
  static @Nullable String schemaOf(Binding binding, QualifiedName name) {
    if (name.parts().size() > 3) {
      throw SqlException.of(
              SqlState.SYNTAX_ERROR, "improper qualified name (too many dotted names): %s", name)
          .at(name.position());
    }
    if (name.parts().size() == 3 && !name.parts().getFirst().equals(binding.database)) {
      throw SqlException.of(
              SqlState.FEATURE_NOT_SUPPORTED,
              "cross-database references are not implemented: \"%s\"",
              name)
          .at(name.position());
    }
    return name.qualifier();
  }
}
