package dev.troupe.range;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.KvRequest;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a new leader does until it knows who holds which keys. */
class NewLeaderTest extends LockQueueFixture {
  private static TxnWatch.Holder holder(int txn, Key... keys) {
    return new TxnWatch.Holder(TxnWorld.id(txn), TxnWorld.NODE, List.of(keys));
  }

  @Test
  void shouldGiveKeysToNobodyBeforeItHasHeardWhoHoldsThem() {
    queue.seek();
    add("hold2", hold(2, B));
    add("put", TxnWorld.put("c", "x"));
    add("commit1", TxnWorld.commit(1, "b=1"));
    add("delete", new KvRequest.DeleteRange(new KeySpan(B, C), 1));
    assertThat(queue.obstacle(new KvRequest.Get(B))).isNull();
    assertThat(queue.obstacle(TxnWorld.decide(2, "b", Timestamp.MIN))).isNull();
    assertThat(queue.obstacle(TxnWorld.resolve(2, null, "b"))).isNull();
    queue.tick(100 * MS);
    assertThat(drain()).isEmpty();
    assertThat(watched).isEmpty();

    queue.inherit(List.of(holder(1, B)), false);

    assertThat(drain()).containsExactlyInAnyOrder("put", "commit1");
    queue.letGo(TxnWorld.id(1), List.of(B));
    assertThat(drain()).containsExactly("hold2");
    queue.letGo(TxnWorld.id(2), List.of(B));
    assertThat(drain()).containsExactly("delete");
  }

  /** It may have been granted by the leader before, and the answer lost with that. */
  @Test
  void shouldGrantAgainWhatATransactionHolds() {
    queue.seek();
    add("hold2", hold(2, B));
    add("hold1", hold(1, B));

    queue.inherit(List.of(holder(1, B)), false);

    assertThat(drain()).containsExactly("hold1");
  }

  @Test
  void shouldLetTheOwnerOfALockGoOnWhileItSeeksHolders() {
    locks.put(lock(1, B, 5));
    queue.seek();

    assertThat(queue.obstacle(TxnWorld.prepare(1, "b", true, "b=1"))).isNull();
    assertThat(queue.obstacle(TxnWorld.prepare(2, "b", true, "b=2"))).isEqualTo(B);
  }

  /** One of them was not heard in time by a leader before. */
  @Test
  void shouldBelieveTheFirstOfTwoThatSayTheyHoldAKey() {
    queue.seek();
    queue.inherit(List.of(holder(1, B), holder(2, B, C)), false);

    assertThat(queue.obstacle(hold(1, B))).isNull();
    assertThat(queue.obstacle(hold(2, B))).isEqualTo(B);
    assertThat(queue.obstacle(hold(2, C))).isNull();
  }

  @Test
  void shouldWithdrawWhatWaitsForHoldersToBeHeard() {
    queue.seek();
    add("own", hold(1, B));
    add("other", hold(2, C));

    queue.letGo(TxnWorld.id(1), List.of(B));

    assertThat(answers).containsExactly("own: " + ErrorCode.TXN_ENDED);
    queue.inherit(List.of(), false);
    assertThat(drain()).containsExactly("other");
  }

  @Test
  void shouldSeekNoMoreWhenItLeadsNoMore() {
    queue.seek();
    add("waiter", hold(1, B));
    queue.abandon();

    assertThat(answers).containsExactly("waiter: NotLeader");
    assertThat(queue.obstacle(hold(1, B))).isNull();
  }
}
