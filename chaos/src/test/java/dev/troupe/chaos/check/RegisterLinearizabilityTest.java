package dev.troupe.chaos.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.chaos.check.Operation.Kind;
import dev.troupe.chaos.check.RegisterLinearizability.Verdict;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RegisterLinearizabilityTest {
  private final List<Operation> history = new ArrayList<>();

  private Operation invoke(Kind kind, long expected, long value, long at) {
    var operation = new Operation(history.size(), 0, kind, expected, value, at);
    history.add(operation);
    return operation;
  }

  private void read(long observed, long from, long to) {
    invoke(Kind.READ, 0, 1000 + from, from).succeed(observed, to);
  }

  private void put(long value, long from, long to) {
    invoke(Kind.PUT, 0, value, from).succeed(0, to);
  }

  private Verdict verdict() {
    return new RegisterLinearizability(10_000).check(history);
  }

  private void assertLinearizable() {
    assertThat(verdict()).isInstanceOf(Verdict.Linearizable.class);
  }

  private void assertNotLinearizable() {
    assertThat(verdict()).isInstanceOf(Verdict.NotLinearizable.class);
  }

  @Test
  void shouldAcceptSequentialHistory() {
    read(0, 1, 2);
    put(7, 3, 4);
    read(7, 5, 6);
    assertLinearizable();
  }

  @Test
  void shouldRefuseStaleRead() {
    put(7, 1, 2);
    put(8, 3, 4);
    read(7, 5, 6);
    assertNotLinearizable();
  }

  @Test
  void shouldRefuseLostWrite() {
    put(7, 1, 2);
    read(0, 3, 4);
    assertNotLinearizable();
  }

  @Test
  void shouldAcceptEitherOrderOfConcurrentWrites() {
    put(7, 1, 10);
    put(8, 2, 9);
    read(8, 11, 12);
    read(8, 13, 14);
    assertLinearizable();
  }

  @Test
  void shouldRefuseNewOldInversion() {
    put(7, 1, 2);
    put(8, 3, 20);
    read(8, 4, 5);
    read(7, 6, 7);
    assertNotLinearizable();
  }

  @Test
  void shouldLetUnknownWriteTakeEffectLate() {
    put(7, 1, 2);
    invoke(Kind.PUT, 0, 8, 3);
    read(7, 4, 5);
    read(8, 6, 7);
    assertLinearizable();
  }

  @Test
  void shouldRefuseUnknownWriteBeforeItsCall() {
    put(7, 1, 2);
    read(8, 3, 4);
    invoke(Kind.PUT, 0, 8, 5);
    assertNotLinearizable();
  }

  @Test
  void shouldRefuseRefusedWriteThatIsSeen() {
    invoke(Kind.PUT, 0, 8, 1).refuse(2);
    read(8, 3, 4);
    assertNotLinearizable();
  }

  @Test
  void shouldCheckCompareAndSet() {
    put(7, 1, 2);
    invoke(Kind.CAS, 7, 8, 3).succeed(7, 4);
    invoke(Kind.CAS, 7, 9, 5).succeed(8, 6);
    read(8, 7, 8);
    assertLinearizable();
  }

  @Test
  void shouldRefuseCompareAndSetAppliedTwice() {
    put(7, 1, 2);
    invoke(Kind.CAS, 7, 8, 3).succeed(7, 4);
    put(9, 5, 6);
    read(8, 7, 8);
    assertNotLinearizable();
  }

  @Test
  void shouldKeepUnknownWriteThatUnknownCompareAndSetBuildsOn() {
    invoke(Kind.PUT, 0, 7, 1);
    invoke(Kind.CAS, 7, 8, 2);
    read(8, 3, 4);
    assertLinearizable();
  }

  @Test
  void shouldGiveUpAtItsBound() {
    for (int i = 0; i < 40; i++) {
      put(i + 1, 1, 100);
    }
    read(999, 101, 102);
    assertThat(new RegisterLinearizability(500).check(history))
        .isInstanceOf(Verdict.Undecided.class);
  }
}
