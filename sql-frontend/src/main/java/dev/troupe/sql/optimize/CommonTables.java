package dev.troupe.sql.optimize;

import dev.troupe.sql.plan.Column;
import dev.troupe.sql.plan.PlanNode;
import dev.troupe.sql.plan.PlanNodes;
import dev.troupe.sql.plan.SqlExpr;
import dev.troupe.sql.plan.SqlExprs;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Puts common tables that are read once in the place where that happens, as PostgreSQL does. */
final class CommonTables {
  private CommonTables() {}

  static PlanNode inline(PlanNode plan) {
    boolean[] any = new boolean[1];
    Map<Integer, Integer> uses = new HashMap<>();
    PlanNodes.visitAll(
        plan,
        node -> {
          any[0] |= node instanceof PlanNode.With;
          if (node instanceof PlanNode.CteScan scan) {
            uses.merge(scan.id(), 1, Integer::sum);
          }
        });
    return any[0] ? inline(plan, uses, new HashMap<>()) : plan;
  }

  private static PlanNode inline(
      PlanNode plan, Map<Integer, Integer> uses, Map<Integer, PlanNode> known) {
    if (plan instanceof PlanNode.With with) {
      List<PlanNode.Cte> kept = new ArrayList<>();
      for (PlanNode.Cte cte : with.definitions()) {
        PlanNode query = inline(cte.query(), uses, known);
        PlanNode recursive = cte.recursive();
        boolean once =
            uses.getOrDefault(cte.id(), 0) == 1
                && recursive == null
                && !cte.materialized()
                && !PlanNodes.isVolatile(query);
        if (once) {
          known.put(cte.id(), query);
        } else {
          kept.add(
              new PlanNode.Cte(
                  cte.id(),
                  cte.name(),
                  query,
                  recursive == null ? null : inline(recursive, uses, known),
                  cte.distinct(),
                  cte.materialized()));
        }
      }
      PlanNode input = inline(with.input(), uses, known);
      return kept.isEmpty() ? input : new PlanNode.With(kept, input);
    }
    if (plan instanceof PlanNode.CteScan scan) {
      PlanNode query = known.get(scan.id());
      return query == null ? scan : renamed(query, scan);
    }
    PlanNode inputs = PlanNodes.mapInputs(plan, input -> inline(input, uses, known));
    return PlanNodes.mapOwnExpressions(
        inputs, e -> SqlExprs.mapQueries(e, query -> inline(query, uses, known)));
  }

  private static PlanNode renamed(PlanNode query, PlanNode.CteScan scan) {
    List<SqlExpr> values = new ArrayList<>();
    for (Column column : query.output()) {
      values.add(new SqlExpr.ColumnRef(column.id(), column.type()));
    }
    return new PlanNode.Project(query, scan.output(), values);
  }
}
