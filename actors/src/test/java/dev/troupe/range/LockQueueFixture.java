package dev.troupe.range;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.model.TxnId;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A lock queue at a leader that a test speaks for, and what it watches. */
abstract class LockQueueFixture {
  static final long MS = 1_000_000L;
  static final Key B = Key.of("b");
  static final Key C = Key.of("c");

  final List<String> watched = new ArrayList<>();
  final List<Runnable> ifGone = new ArrayList<>();
  final List<String> abandoned = new ArrayList<>();
  final List<String> answers = new ArrayList<>();
  final LockTable locks = new LockTable();
  final LockQueue queue =
      new LockQueue(
          new TxnWatch() {
            @Override
            public void settle(Lock met, LockTable range) {
              watched.add("settle " + range.keysOf(met.txn()));
            }

            @Override
            public void waits(Waits edge) {
              watched.add("t" + edge.waiter().low() + " waits for t" + edge.holder().low());
            }

            @Override
            public void ifGone(TxnId txn, NodeId coordinator, Runnable action) {
              watched.add("is t" + txn.low() + " gone");
              ifGone.add(action);
            }

            @Override
            public void findHolders(
                KeySpan span, long deadlineNanos, Consumer<List<Holder>> reply) {
              throw new IllegalStateException("the replica asks for holders itself");
            }
          },
          (txn, key) -> abandoned.add("t" + txn.low() + " " + key));

  LockQueueFixture() {
    queue.on(locks);
    drain();
  }

  static Lock lock(int txn, Key key, long bound) {
    return new Lock(
        key, TxnWorld.id(txn), key, TxnWorld.NODE, new Timestamp(bound), new byte[] {1});
  }

  static KvRequest.HoldKey hold(int txn, Key key) {
    return new KvRequest.HoldKey(
        key, TxnWorld.id(txn), TxnWorld.NODE, Timestamp.MIN, KvRequest.Patience.WAIT);
  }

  static KvRequest.HoldKey hold(int txn, Key key, int losses) {
    return new KvRequest.HoldKey(
        key, TxnWorld.id(txn), TxnWorld.NODE, Timestamp.MIN, KvRequest.Patience.WAIT, losses);
  }

  /** Who gets the key, one after the other. */
  List<String> served(int first) {
    var order = new ArrayList<String>();
    queue.letGo(TxnWorld.id(first), List.of(B));
    for (List<String> next = drain(); !next.isEmpty(); next = drain()) {
      order.addAll(next);
      int holder = Integer.parseInt(next.getLast().substring(1));
      queue.letGo(TxnWorld.id(holder), List.of(B));
    }
    return order;
  }

  RangeReplica.Kv kv(String name, KvRequest request, long deadline) {
    return new RangeReplica.Kv(request, deadline, reply -> answers.add(name + ": " + text(reply)));
  }

  static String text(RangeReply reply) {
    return switch (reply) {
      case RangeReply.Done done when done.response() instanceof KvResponse.Failed failed ->
          failed.code().toString();
      default -> reply.getClass().getSimpleName();
    };
  }

  void add(String name, KvRequest request) {
    add(name, request, 0);
  }

  void add(String name, KvRequest request, long now) {
    Key obstacle = queue.obstacle(request);
    assertThat(obstacle).as(name).isNotNull();
    assertThat(queue.add(obstacle, kv(name, request, Long.MAX_VALUE / 2), now)).isTrue();
  }

  /** What may go on, in order; holders get their keys as at a replica. */
  List<String> drain() {
    var out = new ArrayList<String>();
    queue.drain(
        kv -> {
          Key obstacle = queue.obstacle(kv.request());
          if (obstacle != null) {
            assertThat(queue.add(obstacle, kv, 0)).isTrue();
            return;
          }
          if (kv.request() instanceof KvRequest.HoldKey hold) {
            queue.hold(hold);
          }
          int before = answers.size();
          kv.replyTo().accept(new RangeReply.NoReplica());
          out.add(answers.remove(before).split(":", 2)[0]);
        });
    return out;
  }

  void holds(int txn, Key key) {
    assertThat(queue.obstacle(hold(txn, key))).isNull();
    queue.hold(hold(txn, key));
  }

  void unlock(Key key) {
    Lock lock = locks.get(key);
    assertThat(lock).isNotNull();
    locks.remove(lock);
  }
}
