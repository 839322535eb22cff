package dev.troupe.sql.plan;

import java.util.ArrayList;
import java.util.List;

/** What can be said of plans by their parts. */
final class PlanNodes {
  private PlanNodes() {}

  static List<Column> joined(PlanNode.JoinKind kind, PlanNode left, PlanNode right) {
    return switch (kind) {
      case SEMI, ANTI -> left.output();
      case INNER, LEFT, RIGHT, FULL -> {
        var both = new ArrayList<Column>(left.output());
        both.addAll(right.output());
        yield List.copyOf(both);
      }
    };
  }
}
