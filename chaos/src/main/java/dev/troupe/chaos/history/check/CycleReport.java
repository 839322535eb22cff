package dev.troupe.chaos.history.check;

import dev.troupe.chaos.history.Attempt;
import dev.troupe.chaos.history.graph.Cycle;
import dev.troupe.chaos.history.graph.DependencyGraph;
import dev.troupe.chaos.history.graph.Edge;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Puts a cycle into words: its transactions, and why each must come before the next. */
final class CycleReport {
  private static final int TRANSACTIONS_SHOWN_MAX = 30;

  private final List<Attempt> attempts;
  private final Function<Edge, String> reason;

  /**
   * @param attempts the transactions by their numbers in the graph
   * @param reason of an edge which comes from data
   */
  CycleReport(List<Attempt> attempts, Function<Edge, String> reason) {
    this.attempts = attempts;
    this.reason = reason;
  }

  void addTo(Findings findings, Cycle cycle, String alias) {
    Map<Integer, Attempt> members = new LinkedHashMap<>();
    for (Edge edge : cycle.edges()) {
      members.put(edge.from(), attempts.get(edge.from()));
    }
    StringBuilder text = new StringBuilder();
    text.append(alias).append(alias.isEmpty() ? "" : ": ");
    text.append("no order of these ").append(members.size()).append(" transactions is possible");
    members.values().stream()
        .limit(TRANSACTIONS_SHOWN_MAX)
        .forEach(attempt -> text.append("\n  ").append(attempt));
    cycle.edges().stream()
        .limit(TRANSACTIONS_SHOWN_MAX)
        .forEach(edge -> text.append("\n  ").append(line(edge)));
    if (members.size() > TRANSACTIONS_SHOWN_MAX) {
      text.append("\n  ... and so on");
    }
    findings.add(cycle.name(), "%s", text);
  }

  private String line(Edge edge) {
    Attempt from = attempts.get(edge.from());
    Attempt to = attempts.get(edge.to());
    String why =
        switch (edge.kind()) {
          case WW, WR, RW, LINK -> edge.note() == DependencyGraph.NO_NOTE ? "" : reason.apply(edge);
          case PROCESS -> "process %d asked for them in this order".formatted(from.process());
          case REALTIME ->
              "it was over at %d, before the other began at %d"
                  .formatted(from.completedAt(), to.invokedAt());
        };
    return "T%d -%s-> T%d: %s".formatted(from.index(), edge.kind().text(), to.index(), why);
  }
}
