package dev.troupe.gateway;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.StateStore;
import dev.troupe.protocol.trace.Span;
import dev.troupe.protocol.trace.TraceContext;
import dev.troupe.range.LocalReplica;
import dev.troupe.range.RangeReplica;
import dev.troupe.range.RangeReply;
import dev.troupe.range.RequestSpans;
import dev.troupe.store.PeerMessage;
import dev.troupe.store.PendingCalls;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way, from replica to replica until it is done or its deadline has passed. What
 * is known not to have happened is tried again; a write that was sent and not answered is unknown,
 * and is never sent twice.
 */
final class Attempt {
  /** A read that got no answer for so long is asked again elsewhere. */
  private static final long READ_PATIENCE_NANOS = 1_000_000_000L;

  private static final long BACKOFF_MIN_NANOS = 5_000_000L;
  private static final long BACKOFF_MAX_NANOS = 100_000_000L;

  private final KvGateway gateway;
  private final KvGateway.Parts parts;
  private final KvRequest request;
  private final long deadline;
  private final Consumer<KvResponse> reply;
  private final @Nullable Span span;
  private @Nullable Span call;
  private int tries;
  private @Nullable RangeDescriptor range;
  // What was believed until nobody had a replica of it.
  private @Nullable RangeDescriptor gone;
  private @Nullable NodeId asked;

  /**
   * @param above what is recorded of the way is below it; null: nothing is
   */
  Attempt(
      KvGateway gateway,
      KvRequest request,
      long deadline,
      @Nullable Span above,
      Consumer<KvResponse> reply) {
    this.gateway = gateway;
    this.parts = gateway.parts();
    this.request = request;
    this.deadline = deadline;
    span = above == null ? null : above.child("gateway");
    this.reply = span == null ? reply : ending(span, reply);
  }

  private static Consumer<KvResponse> ending(Span span, Consumer<KvResponse> reply) {
    return answer -> {
      RequestSpans.end(span, answer);
      reply.accept(answer);
    };
  }

  void start() {
    if (parts.clock().nanos() - deadline >= 0) {
      giveUp();
      return;
    }
    range = gateway.locate(request);
    RangeDescriptor believed = range;
    if (believed == null) {
      if (span != null) {
        span.phase("range.lookup");
      }
      // Once: those that said so may have been about to start one.
      RangeDescriptor passedOver = gone;
      gone = null;
      gateway.lookUp(
          request,
          deadline,
          passedOver,
          known -> {
            if (known) {
              start();
            } else {
              startLater();
            }
          });
      return;
    }
    NodeId target = choose(believed);
    asked = target;
    tries++;
    if (target.equals(parts.self())) {
      askHere(believed);
    } else {
      askThere(believed, target);
    }
  }

  /**
   * The believed leader, else one member after the other. Who is named as leader may have become a
   * member after the descriptor was learned: it is asked all the same.
   */
  private NodeId choose(RangeDescriptor believed) {
    NodeId leader = parts.descriptors().leader(believed.id());
    if (leader != null) {
      return leader;
    }
    List<Member> voters = believed.members().voters();
    if (tries == 0) {
      for (Member voter : voters) {
        if (voter.node().equals(parts.self())) {
          return voter.node();
        }
      }
    }
    return voters.get(tries % voters.size()).node();
  }

  private void askHere(RangeDescriptor believed) {
    LocalReplica replica = parts.directory().find(believed.id());
    if (replica == null) {
      onReply(RangeReply.noReplica(parts.directory(), request));
      return;
    }
    if (request instanceof KvRequest.Read read) {
      RangeReply leased = null;
      try {
        leased = parts.leased().read(replica, read, StateStore.ReadMode.CACHE_ONLY);
      } catch (StateStore.WouldBlock onDisk) {
        // The replica evaluates it on a thread that may wait.
      }
      if (leased instanceof RangeReply.Done || leased instanceof RangeReply.NotOwner) {
        onReply(leased);
        return;
      }
    }
    AtomicBoolean ended = new AtomicBoolean();
    Span serving = span == null ? null : span.phase(RequestSpans.served(request));
    Consumer<RangeReply> served = this::onReply;
    if (serving != null) {
      served = RequestSpans.ending(serving, believed.id(), served);
    }
    Consumer<RangeReply> told = served;
    long waiting =
        parts
            .calls()
            .register(
                null,
                believed.id(),
                callDeadline(),
                end -> {
                  if (ended.compareAndSet(false, true)) {
                    onLost("node " + parts.self() + " itself did not answer in time");
                  }
                });
    replica
        .actor()
        .tell(
            new RangeReplica.Kv(
                request,
                deadline,
                answer -> {
                  if (ended.compareAndSet(false, true)) {
                    parts.calls().withdraw(waiting);
                    told.accept(answer);
                  }
                },
                serving));
  }

  private void askThere(RangeDescriptor believed, NodeId target) {
    Span there = span == null ? null : span.phase("call").with(Span.TO, target.value());
    call = there;
    long waiting = parts.calls().register(target, believed.id(), callDeadline(), this::onEnd);
    long millis = Math.max(1, (deadline - parts.clock().nanos()) / 1_000_000L);
    TraceContext trace = there == null ? null : there.context();
    boolean sent =
        parts
            .peers()
            .send(target, new PeerMessage.KvCall(waiting, believed.id(), millis, request, trace));
    if (!sent && parts.calls().withdraw(waiting)) {
      // Never left this node.
      failed("could not be sent");
      parts.descriptors().forgetLeader(believed.id(), target);
      startLater();
    }
  }

  private long callDeadline() {
    long now = parts.clock().nanos();
    boolean patient = !(request instanceof KvRequest.Read) || deadline - now < READ_PATIENCE_NANOS;
    return patient ? deadline : now + READ_PATIENCE_NANOS;
  }

  private void failed(String why) {
    if (call != null) {
      call.fail(why);
    }
  }

  private void onEnd(PendingCalls.End end) {
    switch (end) {
      case PendingCalls.End.Answered answered -> {
        if (answered.answer() instanceof PeerMessage.KvAnswer answer) {
          if (call != null) {
            call.end();
          }
          onReply(answer.reply());
        } else {
          onLost("node " + asked + " answered something else");
        }
      }
      case PendingCalls.End.TimedOut timedOut ->
          onLost("node " + asked + " did not answer in time");
      case PendingCalls.End.NodeLost lost -> onLost("node " + asked + " was lost");
    }
  }

  /** No answer: a read is asked again, the outcome of a write is not known. */
  private void onLost(String how) {
    failed(how);
    if (range != null && asked != null) {
      parts.descriptors().forgetLeader(range.id(), asked);
    }
    if (request instanceof KvRequest.Read) {
      startLater();
    } else {
      reply.accept(
          new KvResponse.Failed(
              ErrorCode.AMBIGUOUS,
              how
                  + " for "
                  + (range == null ? "the key's range" : range.id())
                  + "; the write may or may not have been done: read to see"));
    }
  }

  private void onReply(RangeReply answer) {
    RangeDescriptor believed = range;
    switch (answer) {
      case RangeReply.Done done -> {
        if (believed != null && asked != null) {
          parts.descriptors().learnLeader(believed.id(), asked);
        }
        reply.accept(done.response());
      }
      case RangeReply.NotLeader other -> {
        if (believed != null && asked != null) {
          parts.descriptors().forgetLeader(believed.id(), asked);
          if (other.leader() != null && !other.leader().equals(asked)) {
            parts.descriptors().learnLeader(believed.id(), other.leader());
            startSoon();
            return;
          }
        }
        startLater();
      }
      case RangeReply.NotOwner other when isOld(other.current()) -> onNoReplica();
      case RangeReply.NotOwner other -> {
        if (believed != null) {
          parts.descriptors().forget(believed);
        }
        parts.descriptors().learn(other.current());
        startSoon();
      }
      case RangeReply.CrossesBorder other -> {
        // Who asks has to know the borders: the routing key alone would lead here again.
        parts.descriptors().learn(other.current());
        reply.accept(
            new KvResponse.Failed(
                ErrorCode.CROSS_RANGE_BATCH,
                "the request has keys of several ranges; it may only have keys of "
                    + other.current().span()
                    + " together with "
                    + request.routingKey()));
      }
      case RangeReply.NoReplica none -> onNoReplica();
    }
  }

  /** Whether a node without a replica has pointed to a range that had the key before. */
  private boolean isOld(RangeDescriptor named) {
    RangeDescriptor believed = range;
    return believed != null
        && !named.id().equals(believed.id())
        && named.generation() <= believed.generation();
  }

  private void onNoReplica() {
    RangeDescriptor believed = range;
    if (believed != null && tries >= believed.members().voters().size()) {
      parts.descriptors().forget(believed);
      gone = believed;
    } else if (believed != null && asked != null) {
      parts.descriptors().forgetLeader(believed.id(), asked);
    }
    startLater();
  }

  /** At once for the first redirects; two replicas that point at each other are not chased. */
  private void startSoon() {
    if (tries <= 3) {
      start();
    } else {
      startLater();
    }
  }

  private void startLater() {
    long backoff =
        Math.min(BACKOFF_MAX_NANOS, BACKOFF_MIN_NANOS << Math.min(10, Math.max(0, tries)));
    long left = deadline - parts.clock().nanos();
    if (left <= 0) {
      giveUp();
    } else {
      if (span != null) {
        span.phase("backoff");
      }
      tries = Math.max(tries, 1);
      parts.later().run(Math.min(backoff, left), this::start);
    }
  }

  private void giveUp() {
    reply.accept(
        new KvResponse.Failed(
            ErrorCode.RANGE_UNAVAILABLE,
            "no leader of "
                + (range == null ? "the key's range" : range.id())
                + " could be reached before the deadline; nothing was done"));
  }
}
