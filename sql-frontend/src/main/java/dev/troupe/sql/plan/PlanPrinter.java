package dev.troupe.sql.plan;

import dev.troupe.sql.plan.PlanLine.Detail;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Shows plans as EXPLAIN does, in PostgreSQL's words where it has any. */
public final class PlanPrinter {
  private final ExprPrinter expressions = new ExprPrinter();
  private final boolean qualified;
  private final Function<PlanNode, @Nullable String> measured;

  /** Scans that are read key by key, for the rows of another step. */
  private final Set<PlanNode> lookedUp = Collections.newSetFromMap(new IdentityHashMap<>());

  private int subplans;

  private PlanPrinter(PlanNode plan, Function<PlanNode, @Nullable String> measured) {
    this.measured = measured;
    int[] relations = new int[1];
    PlanNodes.visitAll(plan, node -> relations[0] += isRelation(node) ? 1 : 0);
    qualified = relations[0] > 1;
    PlanNodes.visitAll(plan, this::nameColumns);
    PlanNodes.visitAll(
        plan,
        node -> {
          if (node instanceof PlanNode.LookupJoin join) {
            lookedUp.add(join.right());
          }
        });
  }

  private static boolean isRelation(PlanNode node) {
    return node instanceof PlanNode.Scan
        || node instanceof PlanNode.VirtualScan
        || node instanceof PlanNode.CteScan
        || node instanceof ModifyNode;
  }

  /** The plan as lines of text. */
  public static List<String> text(PlanNode plan) {
    return describe(plan).text();
  }

  /**
   * The same with what was measured.
   *
   * @param measured what is to stand behind a step's name; null: nothing
   */
  public static List<String> text(PlanNode plan, Function<PlanNode, @Nullable String> measured) {
    return new PlanPrinter(plan, measured).line(plan).text();
  }

  /** The plan as a tree, for other formats. */
  public static PlanLine describe(PlanNode plan) {
    return new PlanPrinter(plan, node -> null).line(plan);
  }

  private void nameColumns(PlanNode node) {
    switch (node) {
      case PlanNode.Scan n -> nameAll(n.output(), n.alias());
      case PlanNode.VirtualScan n -> nameAll(n.output(), n.table().name());
      case PlanNode.CteScan n -> nameAll(n.output(), n.name());
      case PlanNode.FunctionScan n -> nameAll(n.output(), n.calls().getFirst().function().name());
      case ModifyNode.Insert n -> {
        nameAll(n.checks().row(), n.table().name());
        ModifyNode.OnConflict conflict = n.conflict();
        if (conflict != null) {
          nameAll(conflict.existing(), n.table().name());
          conflict.excluded().forEach(c -> expressions.name(c.id(), "excluded." + c.name()));
        }
      }
      default -> {}
    }
  }

  private void nameAll(List<Column> columns, String table) {
    for (Column column : columns) {
      expressions.name(column.id(), qualified ? table + "." + column.name() : column.name());
    }
  }

  /** Names what a step computes by how it is computed; inner steps come first. */
  private PlanLine line(PlanNode node) {
    List<PlanLine> inputs = new ArrayList<>();
    PlanNodes.visitParts(node, input -> inputs.add(line(input)), expression -> {});
    if (node instanceof PlanNode.LookupJoin join) {
      // The looked-up side knows the columns of the other one, which are named by now.
      inputs.set(1, line(join.right()));
    }
    List<PlanLine> subqueries = new ArrayList<>();
    PlanNodes.visitParts(
        node,
        input -> {},
        expression ->
            SqlExprs.visit(expression, part -> {}, query -> subqueries.add(subplan(query))));
    nameComputed(node);
    if (node instanceof PlanNode.Project && inputs.size() == 1 && subqueries.isEmpty()) {
      return inputs.getFirst();
    }
    inputs.addAll(subqueries);
    String done = measured.apply(node);
    return new PlanLine(done == null ? title(node) : title(node) + done, details(node), inputs);
  }

  private PlanLine subplan(PlanNode query) {
    subplans++;
    String name = "SubPlan " + subplans;
    expressions.name(query, name);
    PlanLine line = line(query);
    return new PlanLine(name, List.of(), List.of(line));
  }

  private void nameComputed(PlanNode node) {
    switch (node) {
      case PlanNode.Project n -> nameEach(n.output(), n.expressions());
      case PlanNode.Aggregate n -> {
        nameEach(n.output(), n.groupBy());
        n.calls()
            .forEach(call -> expressions.name(call.output().id(), expressions.aggregate(call)));
        n.output().forEach(column -> expressions.name(column.id(), column.name()));
      }
      case PlanNode.Values n -> nameAll(n.output(), "\"*VALUES*\"");
      default -> node.output().forEach(column -> expressions.name(column.id(), column.name()));
    }
  }

  private void nameEach(List<Column> output, List<SqlExpr> values) {
    for (int i = 0; i < values.size(); i++) {
      expressions.name(output.get(i).id(), expressions.print(values.get(i)));
    }
  }

  private static String title(PlanNode node) {
    return switch (node) {
      case PlanNode.Values n -> n.output().isEmpty() ? "Result" : "Values Scan on \"*VALUES*\"";
      case PlanNode.Scan n -> scanTitle(n);
      case PlanNode.VirtualScan n -> "Seq Scan on " + n.table().name();
      case PlanNode.FunctionScan n -> "Function Scan on " + n.calls().getFirst().function().name();
      case PlanNode.Filter n -> "Filter";
      case PlanNode.Project n -> "Result";
      case PlanNode.Join n -> "Nested Loop" + joinWord(n.kind());
      case PlanNode.Apply n -> "Apply" + joinWord(n.kind());
      case PlanNode.HashJoin n ->
          "Hash" + (joinWord(n.kind()) + " Join").replace("Join Join", "Join");
      case PlanNode.MergeJoin n ->
          "Merge" + (joinWord(n.kind()) + " Join").replace("Join Join", "Join");
      case PlanNode.LookupJoin n ->
          "Lookup" + (joinWord(n.kind()) + " Join").replace("Join Join", "Join");
      case PlanNode.Aggregate n -> aggregateTitle(n);
      case PlanNode.Window n -> "WindowAgg";
      case PlanNode.Sort n -> n.limit() == 0 ? "Sort" : "Top-N Sort";
      case PlanNode.Limit n -> "Limit";
      case PlanNode.Distinct n -> n.sorted() ? "Unique" : "HashAggregate";
      case PlanNode.SetOperation n -> setTitle(n);
      case PlanNode.With n -> "With";
      case PlanNode.CteScan n -> "CTE Scan on " + n.name();
      case PlanNode.LockRows n -> "LockRows";
      case PlanNode.ProjectSet n -> "ProjectSet";
      case ModifyNode.Insert n -> "Insert on " + n.table().name();
      case ModifyNode.Update n -> "Update on " + n.table().name();
      case ModifyNode.Delete n -> "Delete on " + n.table().name();
    };
  }

  private static String scanTitle(PlanNode.Scan n) {
    String of =
        n.alias().equals(n.table().name()) ? n.table().name() : n.table().name() + " " + n.alias();
    IndexAccess access = n.access();
    if (access == null) {
      return "Seq Scan on " + of;
    }
    boolean whole = access.ranges().isEmpty() && access.index().primary() && !access.reverse();
    if (whole) {
      return "Seq Scan on " + of;
    }
    String kind = access.covering() && !access.index().primary() ? "Index Only Scan" : "Index Scan";
    return kind
        + (access.reverse() ? " Backward" : "")
        + " using "
        + access.index().name()
        + " on "
        + of;
  }

  private static String joinWord(PlanNode.JoinKind kind) {
    return switch (kind) {
      case INNER -> "";
      case LEFT -> " Left Join";
      case RIGHT -> " Right Join";
      case FULL -> " Full Join";
      case SEMI -> " Semi Join";
      case ANTI -> " Anti Join";
    };
  }

  private static String aggregateTitle(PlanNode.Aggregate n) {
    if (n.groupingSets() != null) {
      return "MixedAggregate";
    }
    return n.groupBy().isEmpty() ? "Aggregate" : n.sorted() ? "GroupAggregate" : "HashAggregate";
  }

  private static String setTitle(PlanNode.SetOperation n) {
    if (n.kind() == PlanNode.SetKind.UNION) {
      return n.all() ? "Append" : "Unique Append";
    }
    String word = n.kind().name().charAt(0) + n.kind().name().substring(1).toLowerCase(Locale.ROOT);
    return "SetOp " + word + (n.all() ? " All" : "");
  }

  private List<Detail> details(PlanNode node) {
    List<Detail> details = new ArrayList<>();
    switch (node) {
      case PlanNode.Scan n -> scanDetails(n, details);
      case PlanNode.VirtualScan n -> filter(n.filter(), details);
      case PlanNode.FunctionScan n -> {}
      case PlanNode.Filter n -> filter(n.condition(), details);
      case PlanNode.Join n -> joinFilter(n.condition(), details);
      case PlanNode.Apply n -> joinFilter(n.condition(), details);
      case PlanNode.HashJoin n -> {
        details.add(new Detail("Hash Cond", pairs(n.leftKeys(), n.rightKeys())));
        joinFilter(n.residual(), details);
      }
      case PlanNode.MergeJoin n -> {
        details.add(new Detail("Merge Cond", pairs(n.leftKeys(), n.rightKeys())));
        joinFilter(n.residual(), details);
      }
      case PlanNode.LookupJoin n -> joinFilter(n.residual(), details);
      case PlanNode.Aggregate n -> aggregateDetails(n, details);
      case PlanNode.Sort n -> details.add(new Detail("Sort Key", expressions.keys(n.keys())));
      case PlanNode.Distinct n -> details.add(new Detail("Group Key", expressions.list(n.on())));
      case PlanNode.With n ->
          n.definitions().forEach(c -> details.add(new Detail("CTE", c.name())));
      case ModifyNode.Insert n -> conflictDetails(n.conflict(), details);
      default -> {}
    }
    return details;
  }

  private void scanDetails(PlanNode.Scan n, List<Detail> details) {
    IndexAccess access = n.access();
    if (access != null && !access.ranges().isEmpty()) {
      List<String> ranges = new ArrayList<>();
      access.ranges().forEach(range -> ranges.add(range(n, access, range)));
      details.add(new Detail("Index Cond", String.join(" OR ", ranges)));
    }
    AtRanges.Split split =
        lookedUp.contains(n) ? new AtRanges.Split(null, n.filter()) : AtRanges.filter(n);
    SqlExpr there = split.there();
    if (there != null) {
      details.add(new Detail("Filter (at ranges)", expressions.condition(there)));
    }
    filter(split.here(), details);
    if (n.lock() != RowLock.NONE) {
      details.add(new Detail("Lock", n.lock().name().replace('_', ' ')));
    }
    if (n.limit() != 0) {
      details.add(new Detail("Limit", Long.toString(n.limit())));
    }
  }

  private String range(PlanNode.Scan n, IndexAccess access, IndexAccess.KeyRange range) {
    List<String> terms = new ArrayList<>();
    int part = 0;
    for (SqlExpr value : range.prefix()) {
      terms.add(key(n, access, part) + " = " + expressions.print(value));
      part++;
    }
    IndexAccess.Bound lower = range.lower();
    if (lower != null) {
      String operator = lower.inclusive() ? " >= " : " > ";
      terms.add(key(n, access, part) + operator + expressions.print(lower.value()));
    }
    IndexAccess.Bound upper = range.upper();
    if (upper != null) {
      String operator = upper.inclusive() ? " <= " : " < ";
      terms.add(key(n, access, part) + operator + expressions.print(upper.value()));
    }
    String all = String.join(") AND (", terms);
    return terms.size() == 1 ? "(" + all + ")" : "((" + all + "))";
  }

  private static String key(PlanNode.Scan n, IndexAccess access, int part) {
    return n.table().column(access.index().keys().get(part).column()).name();
  }

  private void filter(@Nullable SqlExpr condition, List<Detail> details) {
    if (condition != null) {
      details.add(new Detail("Filter", expressions.condition(condition)));
    }
  }

  private void joinFilter(@Nullable SqlExpr condition, List<Detail> details) {
    if (condition != null) {
      details.add(new Detail("Join Filter", expressions.condition(condition)));
    }
  }

  private String pairs(List<SqlExpr> left, List<SqlExpr> right) {
    List<String> pairs = new ArrayList<>();
    for (int i = 0; i < left.size(); i++) {
      pairs.add(expressions.print(left.get(i)) + " = " + expressions.print(right.get(i)));
    }
    String all = String.join(") AND (", pairs);
    return pairs.size() == 1 ? "(" + all + ")" : "((" + all + "))";
  }

  private void aggregateDetails(PlanNode.Aggregate n, List<Detail> details) {
    if (AtRanges.gathers(n)) {
      List<String> calls = n.calls().stream().map(expressions::aggregate).toList();
      details.add(
          new Detail(
              "Partial Aggregate (at ranges)",
              calls.isEmpty() ? "groups" : String.join(", ", calls)));
    }
    List<List<Integer>> sets = n.groupingSets();
    if (sets == null) {
      if (!n.groupBy().isEmpty()) {
        details.add(new Detail("Group Key", expressions.list(n.groupBy())));
      }
      return;
    }
    for (List<Integer> set : sets) {
      List<SqlExpr> keys = set.stream().map(n.groupBy()::get).toList();
      details.add(new Detail("Group Key", keys.isEmpty() ? "()" : expressions.list(keys)));
    }
  }

  private void conflictDetails(ModifyNode.@Nullable OnConflict conflict, List<Detail> details) {
    if (conflict != null) {
      details.add(
          new Detail("Conflict Resolution", conflict.assignments() == null ? "NOTHING" : "UPDATE"));
      if (!conflict.arbiters().isEmpty()) {
        List<String> names = conflict.arbiters().stream().map(index -> index.name()).toList();
        details.add(new Detail("Conflict Arbiter Indexes", String.join(", ", names)));
      }
      filter(conflict.where(), details);
    }
  }
}
