package dev.troupe.txn;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.Membership;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.ReplicaId;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.model.TxnId;
import dev.troupe.protocol.spi.KvClient;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.KvResponse.TxnState;
import dev.troupe.protocol.spi.TimestampSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Ranges that do and answer what a test says, a clock that the test moves, and everything on one
 * thread: what is sent waits until the test answers it.
 */
final class ScriptedKv implements KvClient {
  static final NodeId NODE = new NodeId(1);

  /** A request that waits for its answer. */
  record Call(KvRequest request, long deadline, Consumer<KvResponse> reply) {}

  private record Due(long at, long order, Runnable action) {}

  final ArrayDeque<Call> calls = new ArrayDeque<>();
  final List<KvRequest> sent = new ArrayList<>();
  final List<Key> borders = new ArrayList<>();
  private final PriorityQueue<Due> later =
      new PriorityQueue<>(
          (a, b) ->
              a.at() != b.at() ? Long.compare(a.at(), b.at()) : Long.compare(a.order(), b.order()));
  private long order;
  long now;
  long drawn = 1_000;
  Optional<TimestampSource.Drawn.Failed> drawFails = Optional.empty();
  boolean rangesUnknown;
  // Runs what comes while nobody's turn is on.
  final ArrayDeque<Runnable> mailbox = new ArrayDeque<>();
  final Turns turns = new Turns(mailbox::add);
  final TransactionParts parts =
      new TransactionParts(
          NODE,
          this,
          (key, deadline, reply) -> reply.accept(rangesUnknown ? null : range(key)),
          (count, deadline, reply) -> draw(count, reply),
          () -> now,
          bound -> bound / 2,
          (delay, action) -> later.add(new Due(now + delay, order++, action)));

  static TxnId id(int number) {
    return new TxnId(0, number);
  }

  static RangeDescriptor descriptor(int id, Key start, Key end) {
    return new RangeDescriptor(
        new RangeId(id),
        new KeySpan(start, end),
        1,
        Membership.of(new Member(new ReplicaId(1), NODE, Member.Role.VOTER)),
        2);
  }

  RangeDescriptor range(Key key) {
    Key start = Key.MIN;
    int number = 10;
    for (Key border : borders) {
      if (key.compareTo(border) < 0) {
        return descriptor(number, start, border);
      }
      start = border;
      number++;
    }
    return descriptor(number, start, Key.MAX);
  }

  private void draw(int count, Consumer<TimestampSource.Drawn> reply) {
    drawn += count;
    reply.accept(
        drawFails
            .<TimestampSource.Drawn>map(failure -> failure)
            .orElseGet(() -> new TimestampSource.Drawn.Granted(new Timestamp(drawn))));
  }

  @Override
  public void send(KvRequest request, long deadline, Consumer<KvResponse> reply) {
    sent.add(request);
    calls.add(new Call(request, deadline, reply));
  }

  void run(Runnable action) {
    turns.run(action);
    drainMailbox();
  }

  void drainMailbox() {
    for (Runnable next = mailbox.poll(); next != null; next = mailbox.poll()) {
      turns.run(next);
    }
  }

  /** Lets time pass, and runs what was to be done later. */
  void pass(long nanos) {
    long until = now + nanos;
    while (!later.isEmpty() && later.peek().at() <= until) {
      Due due = later.poll();
      now = Math.max(now, due.at());
      due.action().run();
      drainMailbox();
    }
    now = until;
  }

  /** The first request under way of a kind. */
  <T extends KvRequest> T waiting(Class<T> kind) {
    for (Call call : calls) {
      if (kind.isInstance(call.request())) {
        return kind.cast(call.request());
      }
    }
    throw new AssertionError("no " + kind.getSimpleName() + " under way, but " + calls);
  }

  long count(Class<? extends KvRequest> kind) {
    return sent.stream().filter(kind::isInstance).count();
  }

  void answer(Class<? extends KvRequest> kind, KvResponse response) {
    answer(kind, request -> true, response);
  }

  void answer(Class<? extends KvRequest> kind, Predicate<KvRequest> which, KvResponse response) {
    for (Call call : calls) {
      if (kind.isInstance(call.request()) && which.test(call.request())) {
        calls.remove(call);
        call.reply().accept(response);
        drainMailbox();
        return;
      }
    }
    throw new AssertionError("no " + kind.getSimpleName() + " under way, but " + calls);
  }

  static KvResponse.Failed failed(ErrorCode code) {
    return new KvResponse.Failed(code, "as the script says");
  }

  static KvResponse.Status status(TxnState state, long at, int tag) {
    return new KvResponse.Status(state, new Timestamp(at), tag);
  }

  static KvResponse.Prepared prepared(long bound) {
    return new KvResponse.Prepared(new Timestamp(bound));
  }
}
