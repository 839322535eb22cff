package dev.troupe.chaos.history.check;

import dev.troupe.chaos.history.Attempt;
import dev.troupe.chaos.history.Attempt.Outcome;
import dev.troupe.chaos.history.History;
import dev.troupe.chaos.history.Key;
import dev.troupe.chaos.history.MicroOp;
import dev.troupe.chaos.history.graph.Cycle;
import dev.troupe.chaos.history.graph.CycleSearch;
import dev.troupe.chaos.history.graph.Edge;
import dev.troupe.chaos.history.graph.EdgeKind;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Strict serializability of transactions that read and write registers, each value written to a key
 * once. A read then names its writer (wr), but the order of the versions shows only in part (Elle,
 * §5.2); {@link RwGraph} says what it is inferred from. All of it holds in every serial order that
 * explains the history, so a cycle proves that there is none; histories without a cycle may still
 * have none.
 *
 * <p>Reports {@code internal}, {@code garbage-read}, {@code G1a}, {@code G1b}, {@code lost-update},
 * and cycles by the names of {@link ListAppendChecker}, with what they are usually called:
 * fractured read, write skew, long fork.
 */
public final class RwRegisterChecker implements HistoryChecker {
  private static final int LONG_FORK_EDGES = 4;

  @Override
  public CheckResult check(History history) {
    Findings findings = new Findings();
    Map<Key, WrittenKey> keys = new LinkedHashMap<>();
    Map<Integer, RwTransaction> answered = new HashMap<>();
    for (Attempt attempt : history.attempts()) {
      collectWrites(attempt, keys);
    }
    for (Attempt attempt : history.attempts()) {
      if (attempt.isOk()) {
        RwTransaction transaction = RwTransaction.of(attempt, findings);
        transaction
            .reads()
            .entrySet()
            .removeIf(read -> !of(keys, read.getKey()).addRead(attempt, read.getValue(), findings));
        answered.put(attempt.index(), transaction);
      }
    }
    keys.values().forEach(key -> key.findLostUpdates(answered, findings));
    List<RwTransaction> committed =
        history.attempts().stream()
            .filter(attempt -> isCommitted(attempt, keys))
            .map(
                attempt ->
                    attempt.isOk()
                        ? Objects.requireNonNull(answered.get(attempt.index()))
                        : RwTransaction.unanswered(attempt))
            .toList();
    RwGraph graph = new RwGraph(committed, keys);
    List<Attempt> attempts = committed.stream().map(RwTransaction::attempt).toList();
    CycleReport report = new CycleReport(attempts, graph::reason);
    for (Cycle cycle : CycleSearch.search(graph.build())) {
      report.addTo(findings, cycle, alias(cycle));
    }
    return findings.result();
  }

  /** What the cycle is called where its shape has a name. */
  private static String alias(Cycle cycle) {
    List<Edge> edges = cycle.edges();
    int antiDependencies = cycle.count(EdgeKind.RW);
    if (edges.size() == 2 && antiDependencies == 2) {
      return edges.get(0).note() == edges.get(1).note() ? "lost update" : "write skew";
    }
    if (edges.size() == 2 && antiDependencies == 1 && cycle.count(EdgeKind.WR) == 1) {
      return "fractured read";
    }
    boolean fork = edges.size() == LONG_FORK_EDGES && antiDependencies == 2;
    if (fork && cycle.count(EdgeKind.WR) == 2 && edges.get(0).kind() == edges.get(2).kind()) {
      return "long fork";
    }
    return "";
  }

  private static WrittenKey of(Map<Key, WrittenKey> keys, Key key) {
    return keys.computeIfAbsent(key, k -> new WrittenKey(k, keys.size()));
  }

  private static void collectWrites(Attempt attempt, Map<Key, WrittenKey> keys) {
    Map<Key, Long> last = RwTransaction.unanswered(attempt).writes();
    for (MicroOp op : attempt.ops()) {
      if (op instanceof MicroOp.Write(Key key, long value)) {
        of(keys, key).addWrite(attempt, value, Objects.equals(last.get(key), value));
      }
    }
  }

  private static boolean isCommitted(Attempt attempt, Map<Key, WrittenKey> keys) {
    if (attempt.outcome() != Outcome.UNKNOWN) {
      return attempt.isOk();
    }
    for (MicroOp op : attempt.ops()) {
      if (op instanceof MicroOp.Write(Key key, long value) && of(keys, key).wasRead(value)) {
        return true;
      }
    }
    return false;
  }
}
