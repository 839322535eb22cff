package dev.troupe.txn;

import static dev.troupe.txn.ScriptedKv.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.TimestampSource;
import dev.troupe.protocol.spi.Transactions;
import dev.troupe.protocol.spi.TxnRequest;
import dev.troupe.protocol.spi.TxnResponse;
import dev.troupe.store.PeerMessage;
import dev.troupe.store.PendingCalls;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;

/** Coordinators on three nodes, over ranges that a test speaks for. */
abstract class CoordinatorFixture {
  static final long SECOND = 1_000_000_000L;
  static ActorTestKit kit;

  final AtomicLong clock = new AtomicLong();
  final AtomicLong drawn = new AtomicLong(1_000);
  final BlockingQueue<ScriptedKv.Call> calls = new LinkedBlockingQueue<>();
  final Queue<Runnable> later = new ConcurrentLinkedQueue<>();
  final Queue<String> repeated = new ConcurrentLinkedQueue<>();
  final Map<NodeId, TransactionNode> nodes = new ConcurrentHashMap<>();
  volatile Key border = Key.MIN;
  private final Map<NodeId, PendingCalls> open = new ConcurrentHashMap<>();

  @BeforeAll
  static void start() {
    kit = ActorTestKit.create();
  }

  @AfterAll
  static void stop() {
    kit.shutdownTestKit();
  }

  @AfterEach
  final void shouldHaveAnsweredNothingTwice() {
    assertThat(repeated).isEmpty();
  }

  TransactionNode node(int number) {
    return nodes.computeIfAbsent(new NodeId(number), this::newNode);
  }

  TransactionNode newNode(NodeId self) {
    var parts =
        new TransactionParts(
            self,
            (request, deadline, reply) -> calls.add(new ScriptedKv.Call(request, deadline, reply)),
            new RangeMap() {
              @Override
              public void whereIs(
                  Key key, long deadline, Consumer<@Nullable RangeDescriptor> reply) {
                reply.accept(known(key));
              }

              @Override
              public RangeDescriptor known(Key key) {
                return key.compareTo(border) < 0
                    ? ScriptedKv.descriptor(10, Key.MIN, border)
                    : ScriptedKv.descriptor(11, border, Key.MAX);
              }
            },
            (count, deadline, reply) ->
                reply.accept(
                    new TimestampSource.Drawn.Granted(new Timestamp(drawn.addAndGet(count)))),
            clock::get,
            bound -> drawn.incrementAndGet() % bound,
            (delay, action) -> later.add(action));
    return new TransactionNode(
        parts,
        (to, message) -> {
          switch (message) {
            case PeerMessage.TxnHeld held -> open.get(to).answered(held.call(), held);
            case PeerMessage.TxnAnswer alive -> open.get(to).answered(alive.call(), alive);
            default -> nodes.get(to).onTransaction(self, (PeerMessage) message);
          }
          return true;
        },
        () -> nodes.keySet().stream().filter(other -> !other.equals(self)).toList(),
        open.computeIfAbsent(self, node -> new PendingCalls(clock::get, 1)),
        new TransactionNode.Spawner() {
          @Override
          public <T> ActorRef<T> spawn(Behavior<T> behavior, String name) {
            return kit.spawn(behavior);
          }
        });
  }

  static Key key(String name) {
    return Keyspace.kv("default", name.getBytes(StandardCharsets.UTF_8));
  }

  Transactions.Session begin(int node, int txn) {
    return node(node).begin(id(txn), clock.get() + 60 * SECOND);
  }

  CompletableFuture<TxnResponse> ask(Transactions.Session session, TxnRequest request) {
    var answer = new CompletableFuture<TxnResponse>();
    session.send(request, once(answer));
    return answer;
  }

  Consumer<TxnResponse> once(CompletableFuture<TxnResponse> answer) {
    return response -> {
      if (!answer.complete(response)) {
        repeated.add(response.toString());
      }
    };
  }

  static TxnResponse await(CompletableFuture<TxnResponse> answer) {
    return answer.orTimeout(20, TimeUnit.SECONDS).join();
  }

  static ErrorCode code(CompletableFuture<TxnResponse> answer) {
    TxnResponse response = await(answer);
    assertThat(response).isInstanceOf(TxnResponse.Failed.class);
    return ((TxnResponse.Failed) response).code();
  }

  /** The next request to the ranges, which must be of a kind. */
  ScriptedKv.Call next(Class<? extends KvRequest> kind) {
    try {
      ScriptedKv.Call call = calls.poll(20, TimeUnit.SECONDS);
      assertThat(call).as("a %s", kind.getSimpleName()).isNotNull();
      assertThat(call.request()).isInstanceOf(kind);
      return call;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  <T extends KvRequest> T answer(Class<T> kind, KvResponse response) {
    ScriptedKv.Call call = next(kind);
    call.reply().accept(response);
    return kind.cast(call.request());
  }

  void awaitClosed(int node) {
    long until = System.nanoTime() + 20 * SECOND;
    while (node(node).openTransactions() > 0) {
      assertThat(System.nanoTime()).as("no end of transactions").isLessThan(until);
      Thread.onSpinWait();
    }
    assertThat(node(node).uncommittedBytes()).isZero();
  }

  static TxnRequest.Get get(String name) {
    return new TxnRequest.Get(key(name), TxnRequest.Lock.NONE);
  }

  static TxnRequest.Get forUpdate(String name) {
    return new TxnRequest.Get(key(name), TxnRequest.Lock.WAIT);
  }

  static TxnRequest.Put put(String name, String value) {
    return new TxnRequest.Put(key(name), value.getBytes(StandardCharsets.UTF_8));
  }

  static KvResponse.Value value(String value) {
    return new KvResponse.Value(
        value == null ? null : value.getBytes(StandardCharsets.UTF_8), new Timestamp(900));
  }

  void runLater() {
    for (int due = later.size(); due > 0; due--) {
      later.poll().run();
    }
  }
}
