package dev.troupe.follower;

import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.StateStore;
import dev.troupe.range.LocalReplica;
import dev.troupe.range.RangeReplica;
import dev.troupe.range.RangeReply;
import dev.troupe.range.TimedReads;
import dev.troupe.store.PeerMessage;
import dev.troupe.store.PendingCalls;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads at this node's replicas, for its own clients and for other nodes. A replica that is read
 * follows its leader for a while; one that is behind asks its leader to close the timestamp wanted.
 * Any thread; never blocks.
 */
final class ReplicaReader {
  /** A leader that has not closed a timestamp after so long is not waited for. */
  private static final long PATIENCE_NANOS = 500_000_000L;

  /** Interest is renewed when this old. */
  private static final long RENEW_NANOS = ClosedPublisher.INTEREST_NANOS * 2 / 5;

  /**
   * What is to be read.
   *
   * @param read a Get or Scan
   * @param at when; or, for the newest state that can be read at once, the oldest that is of use
   * @param mayWait whether {@code at} is known to have been given out, so that it may be waited for
   */
  record Wish(
      RangeId range,
      KvRequest.Read read,
      Timestamp at,
      boolean newest,
      boolean mayWait,
      long deadlineNanos) {
    Wish atOnce() {
      return new Wish(range, read, at, newest, false, deadlineNanos);
    }
  }

  private record Followed(NodeId leader, long since) {}

  private final FollowerParts parts;
  private final ClosedPublisher publisher;
  private final FollowerMetrics metrics;
  private final Map<RangeId, Followed> followed = new ConcurrentHashMap<>();

  ReplicaReader(FollowerParts parts, ClosedPublisher publisher, FollowerMetrics metrics) {
    this.parts = parts;
    this.publisher = publisher;
    this.metrics = metrics;
  }

  /**
   * Reads.
   *
   * @param reply called once; gets NotLeader when the replica cannot tell
   */
  void serve(Wish wish, Consumer<TimedReads.Answer> reply) {
    LocalReplica replica = parts.node().directory().find(wish.range());
    if (replica == null) {
      reply.accept(new TimedReads.Answer(new RangeReply.NoReplica(), Timestamp.MIN));
      return;
    }
    if (wish.range().equals(RangeId.SYSTEM)) {
      reply.accept(cannotTell());
      return;
    }
    follow(wish.range());
    if (wish.read() instanceof KvRequest.Get) {
      TimedReads.Answer answer;
      try {
        answer = evaluate(replica, wish, StateStore.ReadMode.CACHE_ONLY);
      } catch (StateStore.WouldBlock onDisk) {
        answer = null;
      }
      if (answer != null) {
        answered(replica, wish, answer, reply);
        return;
      }
    }
    parts
        .node()
        .disk()
        .execute(
            () ->
                answered(
                    replica, wish, evaluate(replica, wish, StateStore.ReadMode.MAY_BLOCK), reply));
  }

  private TimedReads.Answer evaluate(LocalReplica replica, Wish wish, StateStore.ReadMode mode) {
    return wish.newest()
        ? parts.timed().readNewest(replica, wish.read(), wish.at(), mode)
        : parts.timed().read(replica, TimedReads.withTime(wish.read(), wish.at()), mode);
  }

  private void answered(
      LocalReplica replica,
      Wish wish,
      TimedReads.Answer answer,
      Consumer<TimedReads.Answer> reply) {
    boolean behind =
        answer.reply() instanceof RangeReply.NotLeader && answer.at().compareTo(wish.at()) < 0;
    if (behind && wish.mayWait() && !wish.newest()) {
      new Wait(replica, wish, reply).begin();
      return;
    }
    if (answer.reply() instanceof RangeReply.Done) {
      metrics.onServed();
    }
    reply.accept(answer);
  }

  private static TimedReads.Answer cannotTell() {
    return new TimedReads.Answer(new RangeReply.NotLeader(null), Timestamp.MIN);
  }

  /** Tells the leader now and then that this node reads from its replica. */
  private void follow(RangeId range) {
    NodeId leader = parts.node().descriptors().leader(range);
    if (leader == null) {
      return;
    }
    Followed last = followed.get(range);
    long now = parts.now();
    if (last != null && last.leader().equals(leader) && now - last.since() < RENEW_NANOS) {
      return;
    }
    Followed renewed = new Followed(leader, now);
    boolean ours =
        last == null
            ? followed.putIfAbsent(range, renewed) == null
            : followed.replace(range, last, renewed);
    if (!ours) {
      return;
    }
    if (leader.equals(parts.node().self())) {
      publisher.followed(leader, List.of(range));
    } else {
      parts.node().peers().send(leader, new PeerMessage.FollowRanges(List.of(range)));
    }
  }

  /** The leaders of these ranges have closed a timestamp. */
  void heard(PeerMessage.ClosedUpTo message) {
    for (PeerMessage.ClosedUpTo.Closed closed : message.ranges()) {
      LocalReplica replica = parts.node().directory().find(closed.range());
      if (replica != null) {
        replica.actor().tell(new RangeReplica.Closing(message.at(), closed.term(), closed.index()));
      }
    }
  }

  /** A follower of a range that is led here wants a timestamp closed. */
  void close(NodeId from, PeerMessage.CloseCall call) {
    LocalReplica replica = parts.node().directory().find(call.range());
    if (replica == null) {
      parts.node().peers().send(from, new PeerMessage.CloseAnswer(call.call(), 0, 0));
      return;
    }
    replica
        .actor()
        .tell(
            new RangeReplica.Close(
                call.at(),
                word ->
                    parts
                        .node()
                        .peers()
                        .send(
                            from,
                            word == null
                                ? new PeerMessage.CloseAnswer(call.call(), 0, 0)
                                : new PeerMessage.CloseAnswer(
                                    call.call(), word.term(), word.index()))));
  }

  /** One read that waits until its timestamp is closed here; ends once. */
  private final class Wait {
    private final LocalReplica replica;
    private final Wish wish;
    private final Consumer<TimedReads.Answer> reply;
    private final long until;
    private final AtomicBoolean ended = new AtomicBoolean();
    private long deadlineCall;

    Wait(LocalReplica replica, Wish wish, Consumer<TimedReads.Answer> reply) {
      this.replica = replica;
      this.wish = wish;
      this.reply = reply;
      long patience = parts.now() + PATIENCE_NANOS;
      until = wish.deadlineNanos() - patience < 0 ? wish.deadlineNanos() : patience;
    }

    void begin() {
      metrics.onWait();
      deadlineCall = parts.node().calls().register(null, wish.range(), until, end -> giveUp());
      replica.actor().tell(new RangeReplica.AwaitClosed(wish.at(), ended::get, this::closed));
      ask();
    }

    private void closed() {
      if (ended.compareAndSet(false, true)) {
        parts.node().calls().withdraw(deadlineCall);
        serve(wish.atOnce(), reply);
      }
    }

    private void giveUp() {
      if (ended.compareAndSet(false, true)) {
        parts.node().calls().withdraw(deadlineCall);
        reply.accept(cannotTell());
      }
    }

    private void ask() {
      NodeId leader = parts.node().descriptors().leader(wish.range());
      if (leader == null) {
        giveUp();
      } else if (leader.equals(parts.node().self())) {
        // A leader that closes something knows of it itself.
        replica.actor().tell(new RangeReplica.Close(wish.at(), this::said));
      } else {
        PendingCalls calls = parts.node().calls();
        long call = calls.register(leader, wish.range(), until, this::onEnd);
        var question = new PeerMessage.CloseCall(call, wish.range(), wish.at());
        if (!parts.node().peers().send(leader, question) && calls.withdraw(call)) {
          giveUp();
        }
      }
    }

    private void said(RangeReplica.@Nullable Closing word) {
      if (word == null) {
        giveUp();
      }
    }

    private void onEnd(PendingCalls.End end) {
      if (end instanceof PendingCalls.End.Answered answered
          && answered.answer() instanceof PeerMessage.CloseAnswer answer
          && answer.term() > 0) {
        replica.actor().tell(new RangeReplica.Closing(wish.at(), answer.term(), answer.index()));
      } else {
        giveUp();
      }
    }
  }
}
