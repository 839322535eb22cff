package dev.troupe.oracle;

import dev.troupe.gateway.DescriptorCache;
import dev.troupe.gateway.KvGateway;
import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.KvClient;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.MonotonicClock;
import dev.troupe.protocol.spi.TimestampSource;
import dev.troupe.range.LocalReplica;
import dev.troupe.range.ReplicaDirectory;
import dev.troupe.store.PeerMessage;
import dev.troupe.store.PendingCalls;
import dev.troupe.transport.PeerNetwork;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A node's way to timestamps. When the node holds the oracle's office they are drawn on the
 * caller's thread. Otherwise at most one question is under way, for all the requests that waited
 * when it was sent; those that come meanwhile wait for the next, so that each is answered by a
 * question that was asked after it. Numbers that come too late are used by nobody. Any thread.
 */
public final class OracleClient implements TimestampSource {
  /** A holder that has not answered for so long is asked again, or another one is. */
  private static final long PATIENCE_NANOS = 500_000_000L;

  private static final long BACKOFF_MIN_NANOS = 2_000_000L;
  private static final long BACKOFF_MAX_NANOS = 50_000_000L;

  /** So many redirects in a row are followed at once; two nodes may point at each other. */
  private static final int REDIRECTS_MAX = 3;

  /** How many timestamps one request may ask for. */
  public static final int COUNT_MAX = 1 << 16;

  /** What the client works with. */
  public record Parts(
      NodeId self,
      LocalOracle local,
      ReplicaDirectory directory,
      KvClient kv,
      DescriptorCache descriptors,
      PeerNetwork peers,
      PendingCalls calls,
      MonotonicClock clock,
      KvGateway.Later later) {}

  private final Parts parts;
  private final OracleMetrics metrics;
  private final WishQueue wishes;
  // Used by whoever asks, one at a time.
  private int tries;

  public OracleClient(Parts parts) {
    this.parts = parts;
    metrics = parts.local().metrics();
    wishes = new WishQueue(parts.clock(), parts.later(), metrics);
  }

  public OracleMetrics metrics() {
    return metrics;
  }

  @Override
  public void draw(int count, long deadlineNanos, Consumer<Drawn> reply) {
    metrics.requested();
    if (count < 1 || count > COUNT_MAX) {
      metrics.failure();
      reply.accept(
          new Drawn.Failed(
              ErrorCode.INVALID_ARGUMENT,
              "from 1 to " + COUNT_MAX + " timestamps can be drawn at once, not " + count));
      return;
    }
    long first = parts.local().tryDraw(count);
    if (first != TimestampWindow.NONE) {
      metrics.granted(count);
      countHere();
      reply.accept(new Drawn.Granted(new Timestamp(first)));
      return;
    }
    switch (wishes.add(count, deadlineNanos, reply)) {
      case ASK -> ask();
      case WAIT -> {
        // Whoever asks now asks for it next.
      }
      case REFUSED -> {
        metrics.failure();
        reply.accept(
            new Drawn.Failed(
                ErrorCode.OVERLOADED,
                "too many requests wait for timestamps on this node; try again later"));
      }
    }
  }

  /** What this node draws at home keeps the oracle here. */
  private void countHere() {
    LocalReplica replica = parts.directory().find(RangeId.SYSTEM);
    if (replica != null) {
      replica.reads().increment();
    }
  }

  /** Asks for everybody that waits. Called by whom the queue has told to, and by nobody else. */
  private void ask() {
    if (!wishes.gather()) {
      return;
    }
    NodeId holder = parts.descriptors().leader(RangeId.SYSTEM);
    if (holder == null) {
      find();
    } else {
      metrics.asked();
      var question = new Question(holder);
      if (holder.equals(parts.self())) {
        question.askHere();
      } else {
        question.askThere();
      }
    }
  }

  /** Who leads the system range is learned by the way from a read of it. */
  private void find() {
    long latest = wishes.latestDeadline();
    wishes.putBack();
    parts
        .kv()
        .send(
            new KvRequest.Get(Keyspace.ORACLE),
            latest,
            response -> {
              boolean answered = response instanceof KvResponse.Value;
              if (answered && parts.descriptors().leader(RangeId.SYSTEM) == null) {
                // Reads that are answered here teach nobody.
                parts.descriptors().learnLeader(RangeId.SYSTEM, parts.self());
              }
              askLater();
            });
  }

  private void askSoon() {
    tries++;
    if (tries <= REDIRECTS_MAX) {
      ask();
    } else {
      askLater();
    }
  }

  private void askLater() {
    long backoff = BACKOFF_MIN_NANOS << Math.min(10, tries);
    tries++;
    parts.later().run(Math.min(BACKOFF_MAX_NANOS, backoff), this::ask);
  }

  /** One question to a node, which ends once. */
  private final class Question implements OracleCore.WishReply {
    private final NodeId asked;
    private final long deadline;
    private final AtomicBoolean ended = new AtomicBoolean();

    Question(NodeId asked) {
      this.asked = asked;
      deadline = parts.clock().nanos() + PATIENCE_NANOS;
    }

    void askHere() {
      // The oracle's actor may be restarted and forget the question.
      long call = parts.calls().register(null, RangeId.SYSTEM, deadline, this::onEnd);
      parts
          .local()
          .draw(
              wishes.gathered(),
              deadline,
              new OracleCore.WishReply() {
                @Override
                public void granted(long first) {
                  parts.calls().withdraw(call);
                  Question.this.granted(first);
                }

                @Override
                public void refused(@Nullable NodeId holder) {
                  parts.calls().withdraw(call);
                  Question.this.refused(holder);
                }
              });
    }

    void askThere() {
      int count = wishes.gathered();
      long call = parts.calls().register(asked, RangeId.SYSTEM, deadline, this::onEnd);
      var question = new PeerMessage.DrawTimestamps(call, count, PATIENCE_NANOS / 1_000_000L);
      if (!parts.peers().send(asked, question) && parts.calls().withdraw(call)) {
        refused(null);
      }
    }

    private void onEnd(PendingCalls.End end) {
      switch (end) {
        case PendingCalls.End.Answered answered -> {
          if (!(answered.answer() instanceof PeerMessage.TimestampsDrawn drawn)) {
            refused(null);
          } else if (drawn.first() != TimestampWindow.NONE) {
            parts.local().observed(new Timestamp(drawn.first()).millis());
            granted(drawn.first());
          } else {
            refused(drawn.holder() == 0 ? null : new NodeId(drawn.holder()));
          }
        }
        case PendingCalls.End.TimedOut timedOut -> refused(null);
        case PendingCalls.End.NodeLost lost -> {
          if (ended.compareAndSet(false, true)) {
            wishes.putBack();
            parts.descriptors().forgetLeader(RangeId.SYSTEM, asked);
            askSoon();
          }
        }
      }
    }

    @Override
    public void granted(long first) {
      if (ended.compareAndSet(false, true)) {
        tries = 0;
        try {
          wishes.hand(first);
        } finally {
          ask();
        }
      }
    }

    @Override
    public void refused(@Nullable NodeId holder) {
      if (!ended.compareAndSet(false, true)) {
        return;
      }
      wishes.putBack();
      parts.descriptors().forgetLeader(RangeId.SYSTEM, asked);
      if (holder != null && !holder.equals(asked)) {
        parts.descriptors().learnLeader(RangeId.SYSTEM, holder);
        askSoon();
      } else {
        askLater();
      }
    }
  }
}
