package dev.troupe.sql.plan;

import dev.troupe.sql.plan.PlanNode.JoinKind;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What can be said of plans by their parts. */
public final class PlanNodes {
  private PlanNodes() {}

  static List<Column> joined(JoinKind kind, PlanNode left, PlanNode right) {
    return switch (kind) {
      case SEMI, ANTI -> left.output();
      case INNER, LEFT, RIGHT, FULL -> {
        var both = new ArrayList<Column>(left.output());
        both.addAll(right.output());
        yield List.copyOf(both);
      }
    };
  }

  /** Calls back for the inputs and the expressions of one node. */
  public static void visitParts(
      PlanNode node, Consumer<PlanNode> onInput, Consumer<SqlExpr> onExpression) {
    new NodeMapper(
            input -> {
              onInput.accept(input);
              return input;
            },
            expression -> {
              onExpression.accept(expression);
              return expression;
            })
        .map(node);
  }

  /** Calls back for each node of a plan, outer ones first; not for those of subqueries. */
  public static void visit(PlanNode plan, Consumer<PlanNode> onNode) {
    onNode.accept(plan);
    visitParts(plan, input -> visit(input, onNode), expression -> {});
  }

  /** Calls back for each node of a plan and of the subqueries in its expressions. */
  public static void visitAll(PlanNode plan, Consumer<PlanNode> onNode) {
    onNode.accept(plan);
    visitParts(
        plan,
        input -> visitAll(input, onNode),
        expression -> SqlExprs.visit(expression, part -> {}, query -> visitAll(query, onNode)));
  }

  /** Maps the inputs of a node, and nothing else. */
  public static PlanNode mapInputs(PlanNode node, UnaryOperator<PlanNode> mapping) {
    return new NodeMapper(mapping, UnaryOperator.identity()).map(node);
  }

  /** Maps the expressions of all nodes, each as a whole; not those of subqueries. */
  public static PlanNode mapExpressions(PlanNode plan, UnaryOperator<SqlExpr> mapping) {
    return new NodeMapper(input -> mapExpressions(input, mapping), mapping).map(plan);
  }

  /** Maps the expressions of one node, each as a whole. */
  public static PlanNode mapOwnExpressions(PlanNode node, UnaryOperator<SqlExpr> mapping) {
    return new NodeMapper(UnaryOperator.identity(), mapping).map(node);
  }

  /** Puts something else in place of each part of each expression, inner ones first. */
  public static PlanNode transformExpressions(PlanNode plan, UnaryOperator<SqlExpr> replacement) {
    return new NodeMapper(
            input -> transformExpressions(input, replacement),
            expression -> SqlExprs.transform(expression, replacement))
        .map(plan);
  }

  static PlanNode replaceExpressions(PlanNode plan, SqlExprs.Replacement replacement) {
    return new NodeMapper(
            input -> replaceExpressions(input, replacement),
            expression -> SqlExprs.replace(expression, replacement))
        .map(plan);
  }

  /** Ids of the columns of outer queries that a plan refers to. */
  public static BitSet freeColumns(PlanNode plan) {
    BitSet used = new BitSet();
    BitSet made = new BitSet();
    visit(
        plan,
        node -> {
          addMade(node, made);
          visitParts(node, input -> {}, expression -> SqlExprs.addColumns(expression, used));
        });
    used.andNot(made);
    return used;
  }

  private static void addMade(PlanNode node, BitSet made) {
    switch (node) {
      case PlanNode.Values n -> addIds(n.output(), made);
      case PlanNode.Scan n -> addIds(n.output(), made);
      case PlanNode.VirtualScan n -> addIds(n.output(), made);
      case PlanNode.FunctionScan n -> addIds(n.output(), made);
      case PlanNode.CteScan n -> addIds(n.output(), made);
      case PlanNode.SetOperation n -> addIds(n.output(), made);
      case PlanNode.Project n -> addComputed(n.output(), n.expressions(), made);
      case PlanNode.Aggregate n -> addComputed(n.output(), n.groupBy(), made);
      case PlanNode.Window n -> n.calls().forEach(call -> made.set(call.output().id()));
      case PlanNode.ProjectSet n -> addItems(n, made);
      case PlanNode.LookupJoin n -> addIds(n.right().output(), made);
      case ModifyNode.Insert n -> addChanged(n.checks(), n.returning(), n.conflict(), made);
      case ModifyNode.Update n -> addChanged(n.checks(), n.returning(), null, made);
      case ModifyNode.Delete n -> addChanged(n.checks(), n.returning(), null, made);
      case PlanNode.Filter n -> {}
      case PlanNode.Join n -> {}
      case PlanNode.Apply n -> {}
      case PlanNode.HashJoin n -> {}
      case PlanNode.MergeJoin n -> {}
      case PlanNode.Sort n -> {}
      case PlanNode.Limit n -> {}
      case PlanNode.Distinct n -> {}
      case PlanNode.With n -> {}
      case PlanNode.LockRows n -> {}
    }
  }

  private static void addIds(List<Column> columns, BitSet into) {
    for (Column column : columns) {
      into.set(column.id());
    }
  }

  /** A column that is handed through under its own id is made further below, or outside. */
  private static void addComputed(List<Column> output, List<SqlExpr> expressions, BitSet into) {
    for (int i = 0; i < output.size(); i++) {
      int id = output.get(i).id();
      boolean handedThrough =
          i < expressions.size()
              && expressions.get(i) instanceof SqlExpr.ColumnRef column
              && column.column() == id;
      if (!handedThrough) {
        into.set(id);
      }
    }
  }

  private static void addItems(PlanNode.ProjectSet n, BitSet into) {
    for (int i = 0; i < n.items().size(); i++) {
      if (n.items().get(i).call() != null) {
        into.set(n.output().get(i).id());
      }
    }
  }

  private static void addChanged(
      ModifyNode.Checks checks,
      ModifyNode.@Nullable Returning returning,
      ModifyNode.@Nullable OnConflict conflict,
      BitSet into) {
    addIds(checks.row(), into);
    if (returning != null) {
      addIds(returning.row(), into);
    }
    if (conflict != null) {
      addIds(conflict.existing(), into);
      addIds(conflict.excluded(), into);
    }
  }

  /** Whether anything in the plan is volatile, or changes rows. */
  public static boolean isVolatile(PlanNode plan) {
    boolean[] found = new boolean[1];
    visit(
        plan,
        node -> {
          found[0] |= node instanceof ModifyNode;
          visitParts(node, input -> {}, expression -> found[0] |= SqlExprs.isVolatile(expression));
        });
    return found[0];
  }

  public static BitSet outputIds(PlanNode plan) {
    BitSet ids = new BitSet();
    addIds(plan.output(), ids);
    return ids;
  }
}
