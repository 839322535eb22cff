package dev.troupe.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.protocol.error.Invariant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class WriteLedgerTest {
  private final WriteLedger ledger = new WriteLedger(5);

  private long write(long last) {
    ledger.logChanged();
    return ledger.issue(last);
  }

  @Test
  void shouldNotCountAnOverwrittenEntryAsDurable() {
    long old = write(7);
    ledger.truncatedFrom(6);
    long fresh = write(6);

    ledger.persisted(old);
    assertThat(ledger.durableIndex()).isEqualTo(5);

    ledger.persisted(fresh);
    assertThat(ledger.durableIndex()).isEqualTo(6);
  }

  @Test
  void shouldCountWhatAnOldWriteStillVouchesFor() {
    long old = write(9);
    ledger.truncatedFrom(8);

    ledger.persisted(old);

    assertThat(ledger.durableIndex()).isEqualTo(7);
  }

  @Test
  void shouldForgetDurabilityOfWhatIsTruncated() {
    ledger.persisted(write(9));
    ledger.truncatedFrom(7);

    assertThat(ledger.durableIndex()).isEqualTo(6);
  }

  @Test
  void shouldHoldClaimsForTheWriteThatIsStillToBeHandedOut() {
    ledger.hardStateChanged();
    assertThat(ledger.coversHardState()).isEqualTo(1);
    assertThat(ledger.hardStateDurable()).isFalse();

    long sequence = ledger.issue(5);
    write(6);
    assertThat(ledger.coversHardState()).isEqualTo(sequence);
    assertThat(ledger.coversAll()).isEqualTo(sequence + 1);

    ledger.persisted(sequence);
    assertThat(ledger.hardStateDurable()).isTrue();
  }

  @Test
  void shouldIgnoreWritesFromBeforeASnapshot() {
    long old = write(9);
    ledger.reset(20);
    ledger.persisted(old);

    assertThat(ledger.durableIndex()).isEqualTo(20);
  }

  @Test
  void shouldRefuseAReportOfAWriteThatWasNeverIssued() {
    assertThatThrownBy(() -> ledger.persisted(1)).isInstanceOf(Invariant.Violation.class);
  }

  /** Against a disk that holds a version of each entry: durable means the present version. */
  @Property
  void shouldNeverClaimMoreThanIsOnDisk(
      @ForAll @Size(max = 80) List<@IntRange(min = 0, max = 29) Integer> steps) {
    WriteLedger own = new WriteLedger(0);
    var log = new ArrayList<Integer>();
    var disk = new ArrayList<Integer>();
    var inFlight = new ArrayDeque<List<Integer>>();
    long done = 0;
    int version = 0;
    for (int step : steps) {
      if (step < 10) {
        log.add(version++);
        own.logChanged();
      } else if (step < 15 && !log.isEmpty()) {
        int from = Math.max((int) own.durableIndex(), log.size() - (step - 9));
        if (from < log.size()) {
          own.truncatedFrom(from + 1);
          log.subList(from, log.size()).clear();
          log.add(version++);
          own.logChanged();
        }
      } else if (step < 22 && own.dirty()) {
        own.issue(log.size());
        inFlight.add(List.copyOf(log));
      } else if (!inFlight.isEmpty()) {
        disk.clear();
        disk.addAll(inFlight.removeFirst());
        own.persisted(++done);
      }
      int durable = (int) own.durableIndex();
      assertThat(disk).hasSizeGreaterThanOrEqualTo(durable);
      assertThat(disk.subList(0, durable)).isEqualTo(log.subList(0, durable));
      if (inFlight.isEmpty() && !own.dirty()) {
        assertThat(durable).isEqualTo(log.size());
      }
    }
  }
}
