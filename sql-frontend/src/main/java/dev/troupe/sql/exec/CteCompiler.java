package dev.troupe.sql.exec;

import dev.troupe.sql.plan.ModifyNode;
import dev.troupe.sql.plan.PlanNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Compiles WITH, and knows which tables it has made known. */
final class CteCompiler {
  private final PlanCompiler plans;
  private final Places places;
  private final Map<Integer, Known> tables = new HashMap<>();
  private final Map<Integer, Execution.StateKey<CteState.LastRound>> rounds = new HashMap<>();

  /**
   * A table that was made known.
   *
   * @param part what its definition uses of outer queries: so does whoever reads it
   */
  private record Known(Execution.StateKey<CteState> rows, Places.Part part) {}

  CteCompiler(PlanCompiler plans, Places places) {
    this.plans = plans;
    this.places = places;
  }

  Step with(PlanNode.With node) {
    List<PlanNode.Cte> definitions = node.definitions();
    var compiled = new CteState.Definition[definitions.size()];
    var changing = new boolean[compiled.length];
    for (int i = 0; i < compiled.length; i++) {
      compiled[i] = define(definitions.get(i));
      changing[i] = definitions.get(i).query() instanceof ModifyNode;
    }
    return new CteSteps.With(compiled, changing, plans.compile(node.input()));
  }

  private CteState.Definition define(PlanNode.Cte cte) {
    Execution.StateKey<CteState> all = places.place(CteState.class);
    Execution.StateKey<CteState.LastRound> round = places.place(CteState.LastRound.class);
    places.enter();
    Step query = plans.compile(cte.query());
    rounds.put(cte.id(), round);
    Step recursive = recursive(cte);
    rounds.remove(cte.id());
    tables.put(cte.id(), new Known(all, places.leave(Layout.EMPTY)));
    KeyShape distinct =
        cte.recursive() != null && cte.distinct()
            ? KeyShape.of(PlanCompiler.types(cte.query().output()))
            : null;
    return new CteState.Definition(query, recursive, distinct, all, round);
  }

  private @Nullable Step recursive(PlanNode.Cte cte) {
    PlanNode recursive = cte.recursive();
    return recursive == null ? null : plans.compile(recursive);
  }

  Step scan(PlanNode.CteScan node) {
    Execution.StateKey<CteState.LastRound> round = rounds.get(node.id());
    if (round != null) {
      return new CteSteps.RoundScan(round);
    }
    Known table = tables.get(node.id());
    if (table == null) {
      throw new IllegalStateException("no WITH makes " + node.name() + " known");
    }
    table.part().free().forEach(places::uses);
    if (table.part().isVolatile()) {
      places.markVolatile();
    }
    return new CteSteps.Scan(table.rows());
  }
}
