package dev.troupe.chaos.history.check;

import static dev.troupe.chaos.history.check.Script.append;
import static dev.troupe.chaos.history.check.Script.list;
import static dev.troupe.chaos.history.check.Script.nothing;
import static dev.troupe.chaos.history.check.Script.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ListAppendCheckerTest {
  private static CheckResult check(Script script) {
    return new ListAppendChecker().check(script.history());
  }

  private static void assertValid(Script script) {
    assertThat(check(script).anomalies()).isEmpty();
  }

  private static void assertFound(Script script, String... names) {
    assertThat(check(script).counts().keySet()).containsExactlyInAnyOrder(names);
  }

  @Test
  void shouldAcceptSequentialTransactions() {
    assertValid(
        new Script()
            .ok(1, 2, nothing("x"), append("x", 1))
            .ok(3, 4, list("x", 1), append("x", 2), list("x", 1, 2))
            .failed(5, 6, append("x", 3))
            .ok(7, 8, list("x", 1, 2), list("y")));
  }

  @Test
  void shouldAcceptTheOnlyOrderOfConcurrentTransactions() {
    assertValid(
        new Script()
            .ok(1, 9, append("x", 1), list("y"))
            .ok(2, 8, append("y", 1), list("x", 1))
            .ok(3, 10, list("x", 1), list("y")));
  }

  @Test
  void shouldCountUnknownOutcomeAsCommittedWhenItIsSeen() {
    assertValid(
        new Script()
            .unknown(1, append("x", 1), append("y", 1))
            .unknown(1, append("x", 9))
            .ok(2, 3, nothing("x"))
            .ok(4, 5, list("x", 1), list("y", 1)));
    assertFound(
        new Script()
            .unknown(1, append("x", 1), append("y", 1))
            .ok(2, 20, list("x", 1), nothing("y")),
        "G-single");
  }

  @Test
  void shouldFindDuplicate() {
    assertFound(
        new Script().ok(1, 2, append("x", 1)).ok(3, 4, list("x", 1, 1)), "duplicate-append");
  }

  @Test
  void shouldFindIncompatibleOrders() {
    assertFound(
        new Script()
            .ok(1, 10, append("x", 1))
            .ok(1, 10, append("x", 2))
            .ok(11, 12, list("x", 1, 2))
            .ok(11, 12, list("x", 2)),
        "incompatible-order");
  }

  @Test
  void shouldFindAbortedRead() {
    assertFound(new Script().failed(1, 2, append("x", 1)).ok(3, 4, list("x", 1)), "G1a");
  }

  @Test
  void shouldFindDirtyUpdate() {
    assertFound(
        new Script()
            .failed(1, 2, append("x", 1))
            .ok(3, 4, append("x", 2))
            .ok(5, 6, list("x", 1, 2)),
        "G1a",
        "dirty-update");
  }

  @Test
  void shouldFindIntermediateRead() {
    Script script =
        new Script()
            .ok(1, 10, append("x", 1), append("x", 2))
            .ok(2, 9, list("x", 1))
            .ok(11, 12, list("x", 1, 2));
    assertThat(check(script).counts()).containsKey("G1b");
    assertValid(
        new Script().ok(1, 10, append("x", 1), list("x", 1), append("x", 2), list("x", 1, 2)));
  }

  @Test
  void shouldFindInternalInconsistency() {
    assertThat(check(new Script().ok(1, 2, append("x", 1), nothing("x"))).counts())
        .containsKey("internal");
    assertThat(
            check(new Script().ok(1, 9, list("x"), list("x", 1)).ok(1, 9, append("x", 1))).counts())
        .containsKey("internal");
    assertThat(
            check(
                    new Script()
                        .ok(1, 2, append("x", 1))
                        .ok(3, 9, list("x", 1), append("x", 2), list("x", 1, 3, 2))
                        .ok(3, 9, append("x", 3)))
                .counts())
        .containsKey("internal");
  }

  @Test
  void shouldFindOwnAppendsOutOfOrder() {
    assertFound(new Script().ok(1, 2, list("x", 1), append("x", 1)), "internal");
    assertFound(
        new Script()
            .ok(1, 2, append("x", 1), append("x", 2))
            .ok(3, 4, append("x", 3))
            .ok(5, 6, list("x", 2, 1, 3)),
        "incompatible-order");
  }

  @Test
  void shouldFindLostAppend() {
    assertFound(
        new Script().ok(1, 2, append("x", 1)).ok(3, 4, nothing("x")),
        "lost-append",
        "G-single-realtime");
    assertValid(new Script().ok(1, 3, append("x", 1)).ok(3, 4, nothing("x")));
    assertThat(
            check(
                    new Script()
                        .ok(1, 2, append("x", 1))
                        .ok(1, 20, append("x", 2))
                        .ok(3, 4, list("x", 1, 2))
                        .finalRead(30, 31, list("x", 1)))
                .counts())
        .containsKey("lost-append");
  }

  @Test
  void shouldFindGarbage() {
    assertFound(new Script().ok(1, 2, list("x", 77)), "garbage-read");
  }

  @Test
  void shouldFindWriteCycle() {
    assertFound(
        new Script()
            .ok(1, 10, append("x", 1), append("y", 1))
            .ok(1, 10, append("x", 2), append("y", 2))
            .ok(11, 12, list("x", 1, 2), list("y", 2, 1)),
        "G0");
  }

  @Test
  void shouldFindCircularInformationFlow() {
    assertFound(
        new Script()
            .ok(1, 10, append("x", 1), list("y", 1))
            .ok(1, 10, append("y", 1), list("x", 1)),
        "G1c");
  }

  @Test
  void shouldFindReadSkew() {
    assertFound(
        new Script()
            .ok(1, 10, append("x", 1), append("y", 1))
            .ok(1, 10, list("x", 1), nothing("y"))
            .ok(11, 12, list("y", 1)),
        "G-single");
  }

  @Test
  void shouldFindReadSkewThoughTheSecondAppendWasNeverRead() {
    assertFound(
        new Script()
            .ok(1, 10, append("x", 1), append("y", 1))
            .ok(1, 10, list("x", 1), nothing("y")),
        "G-single");
  }

  @Test
  void shouldFindLostUpdate() {
    assertFound(
        new Script()
            .ok(1, 10, nothing("x"), append("x", 1))
            .ok(1, 10, nothing("x"), append("x", 2))
            .ok(11, 12, list("x", 1, 2)),
        "G-single");
    assertFound(
        new Script()
            .ok(1, 10, nothing("x"), append("x", 1))
            .ok(1, 10, nothing("x"), append("x", 2)),
        "G2-item");
  }

  @Test
  void shouldFindWriteSkew() {
    Script script =
        new Script()
            .ok(1, 10, nothing("x"), append("y", 1))
            .ok(1, 10, nothing("y"), append("x", 1))
            .ok(11, 12, list("x", 1), list("y", 1));
    assertFound(script, "G2-item");
    assertThat(check(script).anomalies().getFirst().detail())
        .contains("write skew", "T0", "T1", "-rw->", "it read [] of x, without [1]");
  }

  @Test
  void shouldFindWhatOnlyRealTimeForbids() {
    assertFound(
        new Script().ok(1, 2, append("x", 1)).ok(3, 4, append("x", 2)).ok(5, 6, list("x", 2, 1)),
        "G0-realtime");
    assertFound(new Script().ok(1, 2, list("x", 1)).ok(3, 4, append("x", 1)), "G1c-realtime");
    assertFound(
        new Script().ok(1, 20, append("x", 1)).ok(2, 3, list("x", 1)).ok(4, 5, nothing("x")),
        "G-single-realtime");
  }

  @Test
  void shouldFindWriteSkewThatOnlyRealTimeForbids() {
    assertValid(
        new Script()
            .ok(1, 2, nothing("x"), append("a", 1))
            .ok(3, 4, append("y", 1))
            .ok(1, 9, nothing("y"), append("x", 1))
            .ok(10, 11, list("x", 1), list("y", 1), list("a", 1)));
    assertFound(
        new Script()
            .ok(1, 2, append("y", 1))
            .ok(5, 6, nothing("x"))
            .ok(1, 9, nothing("y"), append("x", 1))
            .ok(10, 11, list("x", 1), list("y", 1)),
        "G2-item-realtime");
  }

  @Test
  void shouldFindCyclesOfAProcess() {
    assertFound(
        new Script()
            .okBy(1, 1, 2, list("x", 1))
            .okBy(1, 2, 3, nothing("x"))
            .ok(1, 9, append("x", 1)),
        "G-single-process");
  }

  @Test
  void shouldRefuseOtherWorkloads() {
    assertThatThrownBy(() -> check(new Script().ok(1, 2, read("x", 1))))
        .isInstanceOf(UnfitHistoryException.class);
    assertThatThrownBy(() -> check(new Script().ok(1, 2, append("x", 1)).ok(1, 2, append("x", 1))))
        .isInstanceOf(UnfitHistoryException.class)
        .hasMessageContaining("twice");
  }
}
