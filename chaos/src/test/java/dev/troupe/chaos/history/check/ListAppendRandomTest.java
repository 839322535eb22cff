package dev.troupe.chaos.history.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.chaos.history.Attempt;
import dev.troupe.chaos.history.History;
import dev.troupe.chaos.history.MicroOp;
import dev.troupe.chaos.history.Values;
import dev.troupe.chaos.history.graph.DependencyGraph;
import dev.troupe.chaos.sim.SimRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs against a correct store pass; the same runs with one thing spoilt do not. */
class ListAppendRandomTest {
  private static final int SEEDS = 150;

  private static History run(long seed, int clients, int operations) {
    return Workloads.history(
        RandomRun.of(seed, Workloads.listAppend(25), new SimulatedStore(), clients, operations));
  }

  private static CheckResult check(History history) {
    return new ListAppendChecker().check(history);
  }

  /** Changes the lists that reads returned; those of final reads too. */
  private static History changeReads(
      History history, BiFunction<Attempt, MicroOp.ReadList, Values> change) {
    List<Attempt> changed = new ArrayList<>();
    for (Attempt a : history.attempts()) {
      List<MicroOp> ops = new ArrayList<>();
      for (MicroOp op : a.ops()) {
        ops.add(
            op instanceof MicroOp.ReadList read
                ? new MicroOp.ReadList(read.key(), change.apply(a, read))
                : op);
      }
      changed.add(
          new Attempt(
              a.index(),
              a.process(),
              a.function(),
              a.outcome(),
              a.invokedAt(),
              a.completedAt(),
              ops));
    }
    return new History(changed);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 12, 40})
  void shouldAcceptCorrectRuns(int clients) {
    for (long seed = 1; seed <= SEEDS; seed++) {
      assertThat(check(run(seed, clients, 300)).anomalies()).as("seed %d", seed).isEmpty();
    }
  }

  @Test
  void shouldCatchAnAppendThatIsDroppedFromEverywhere() {
    for (long seed = 1; seed <= SEEDS; seed++) {
      History history = run(seed, 8, 200);
      List<Attempt> appending =
          history.attempts().stream()
              .filter(Attempt::isOk)
              .filter(a -> a.ops().stream().anyMatch(op -> op instanceof MicroOp.Append))
              .toList();
      MicroOp.Append dropped =
          new SimRandom(seed)
              .pick(appending).ops().stream()
                  .filter(MicroOp.Append.class::isInstance)
                  .map(MicroOp.Append.class::cast)
                  .findFirst()
                  .orElseThrow();
      History spoilt =
          changeReads(
              history,
              (by, read) ->
                  read.key().equals(dropped.key())
                      ? without(read, dropped.value())
                      : read.values());
      assertThat(check(spoilt).counts()).as("seed %d", seed).containsKey("lost-append");
    }
  }

  @Test
  void shouldCatchADuplicate() {
    for (long seed = 1; seed <= SEEDS; seed++) {
      History history = run(seed, 8, 200);
      MicroOp.ReadList target = new SimRandom(seed).pick(reads(history, 1));
      History spoilt =
          changeReads(
              history,
              (by, read) ->
                  read == target ? read.values().plus(read.values().get(0)) : read.values());
      assertThat(check(spoilt).counts()).as("seed %d", seed).containsKey("duplicate-append");
    }
  }

  @Test
  void shouldCatchTwoElementsThatChangedPlaces() {
    for (long seed = 1; seed <= SEEDS; seed++) {
      History history = run(seed, 8, 200);
      MicroOp.ReadList target = new SimRandom(seed).pick(reads(history, 2));
      History spoilt =
          changeReads(history, (by, read) -> read == target ? swapped(read) : read.values());
      assertThat(check(spoilt).anomalies()).as("seed %d", seed).isNotEmpty();
    }
  }

  @Test
  void shouldCatchAStaleFinalRead() {
    for (long seed = 1; seed <= SEEDS; seed++) {
      History history = run(seed, 8, 200);
      Attempt last =
          history.attempts().stream()
              .filter(a -> a.isFinalRead() && a.ops().getFirst() instanceof MicroOp.ReadList)
              .min(Comparator.comparing(Attempt::index))
              .orElseThrow();
      History spoilt =
          changeReads(
              history,
              (by, read) ->
                  by.index() == last.index()
                      ? read.values().first(read.values().size() / 2)
                      : read.values());
      assertThat(check(spoilt).anomalies()).as("seed %d", seed).isNotEmpty();
    }
  }

  @Test
  void shouldCatchEachStaleReadOfASingleClient() {
    for (long seed = 1; seed <= SEEDS; seed++) {
      History history = run(seed, 1, 100);
      MicroOp.ReadList target = new SimRandom(seed).pick(reads(history, 2));
      History spoilt =
          changeReads(
              history,
              (by, read) ->
                  read == target ? read.values().first(read.values().size() - 1) : read.values());
      assertThat(check(spoilt).anomalies()).as("seed %d", seed).isNotEmpty();
    }
  }

  @Test
  void shouldCheckALongHistory() {
    History history = run(7, 30, 200_000);
    long begun = System.nanoTime();
    CheckResult result = check(history);
    System.out.printf(
        "list-append: %d transactions checked in %d ms%n",
        history.attempts().size(), (System.nanoTime() - begun) / 1_000_000);
    assertThat(result.verdict()).isEqualTo(CheckResult.Verdict.VALID);
  }

  @Test
  void shouldSearchAVeryDeepGraph() {
    int nodes = 1_000_000;
    DependencyGraph graph = new DependencyGraph(nodes);
    for (int i = 0; i < nodes; i++) {
      graph.add(
          i,
          (i + 1) % nodes,
          dev.troupe.chaos.history.graph.EdgeKind.WW,
          dev.troupe.chaos.history.graph.Ground.DATA,
          DependencyGraph.NO_NOTE);
    }
    assertThat(dev.troupe.chaos.history.graph.CycleSearch.search(graph))
        .singleElement()
        .satisfies(cycle -> assertThat(cycle.edges()).hasSize(nodes))
        .satisfies(cycle -> assertThat(cycle.name()).isEqualTo("G0"));
  }

  private static List<MicroOp.ReadList> reads(History history, int sizeMin) {
    return history.attempts().stream()
        .filter(Attempt::isOk)
        .flatMap(a -> a.ops().stream())
        .filter(MicroOp.ReadList.class::isInstance)
        .map(MicroOp.ReadList.class::cast)
        .filter(read -> read.values().size() >= sizeMin)
        .toList();
  }

  private static Values without(MicroOp.ReadList read, long value) {
    Values left = Values.of();
    for (int i = 0; i < read.values().size(); i++) {
      if (read.values().get(i) != value) {
        left = left.plus(read.values().get(i));
      }
    }
    return left;
  }

  private static Values swapped(MicroOp.ReadList read) {
    int size = read.values().size();
    Values swapped = read.values().first(size - 2);
    return swapped.plus(read.values().get(size - 1)).plus(read.values().get(size - 2));
  }
}
