package dev.troupe.range;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.KvResponse.TxnState;
import org.junit.jupiter.api.Test;

/** Outcomes that lie beside versions, and how far back they are looked for. */
class OutcomeNotesTest {
  private final TxnWorld world = new TxnWorld();

  private static TxnState state(KvResponse answer) {
    return ((KvResponse.Status) answer).state();
  }

  /** A first try that was held up somewhere comes after its own repetition. */
  @Test
  void shouldFindWhatWasCommittedSinceARequestWasNamed() {
    world.one(TxnWorld.put("b", "0"));
    Timestamp named = world.draw();
    var first = world.one(TxnWorld.request(1, 9, named, "b=1"));
    world.one(TxnWorld.put("b", "2"));
    for (int i = 0; i < TxnRecords.RECENT_MAX + 1; i++) {
      world.one(TxnWorld.abort(100 + i, "m"));
    }

    // Neither in memory nor the newest version.
    assertThat(world.one(TxnWorld.request(2, 9, named, "b=3"))).isEqualTo(first);
    assertThat(world.one(TxnWorld.request(3, 9, Timestamp.MIN, "b=4"))).isEqualTo(first);
    assertThat(world.read("b")).isEqualTo("2");
    assertThat(world.status(9, "b")).isEqualTo(first);
  }

  @Test
  void shouldKeepTheOutcomeOfOneEntryBesideTheVersion() {
    world.one(TxnWorld.commit(1, "c=1", "b"));
    world.one(TxnWorld.commit(2, "c"));

    assertThat(world.store.scanSide(TxnWorld.RANGE.span()).next()).isFalse();
    assertThat(world.status(1, "c").state()).isEqualTo(TxnState.COMMITTED);
    assertThat(world.status(1, "c").tag()).isEqualTo(1);
    assertThat(world.status(2, "c").state()).isEqualTo(TxnState.COMMITTED);
    assertThat(world.status(1, "b").state()).isEqualTo(TxnState.UNKNOWN);
  }

  /** Then there is no version to keep it beside. */
  @Test
  void shouldRecordTheOutcomeUnderAnAnchorThatIsNotWritten() {
    KvRequest.CommitOnePhase plain = TxnWorld.commit(1, "c=1");
    var elsewhere =
        new KvRequest.CommitOnePhase(
            plain.txn(),
            plain.request(),
            plain.named(),
            Key.of("b"),
            plain.coordinator(),
            plain.begun(),
            plain.readAt(),
            plain.reads(),
            plain.changes(),
            plain.tag());

    var first = world.one(elsewhere);

    assertThat(world.one(elsewhere)).isEqualTo(first);
    assertThat(world.status(1, "b")).isEqualTo(first);
    assertThat(world.stored(Key.of("c"))).hasSize(1);
  }

  /** Not even then may a replica that remembers answer otherwise than one that looks it up. */
  @Test
  void shouldBelieveAClientThatSaysThatItsNameIsNew() {
    world.one(TxnWorld.abort(9, "b"));
    Timestamp said = world.draw();

    var second = world.one(TxnWorld.request(9, 9, said, "b=2"));
    assertThat(state(second)).isEqualTo(TxnState.COMMITTED);
    for (int i = 0; i < TxnRecords.RECENT_MAX + 1; i++) {
      world.one(TxnWorld.abort(100 + i, "m"));
    }
    assertThat(world.one(TxnWorld.request(9, 9, said, "b=3"))).isEqualTo(second);
    assertThat(world.one(TxnWorld.request(9, 9, Timestamp.MIN, "b=4"))).isEqualTo(second);
    assertThat(world.read("b")).isEqualTo("2");
  }

  @Test
  void shouldNotLookIntoTheStoreForANameOfAMomentAgo() {
    world.one(TxnWorld.put("b", "0"));
    for (int txn = 1; txn < 100; txn++) {
      var step = TxnWorld.request(txn, txn, world.draw(), "b=" + txn);
      assertThat(state(world.applyLightly(step).getFirst())).isEqualTo(TxnState.COMMITTED);
      assertThat(state(world.applyLightly(step).getFirst())).isEqualTo(TxnState.COMMITTED);
    }
  }
}
