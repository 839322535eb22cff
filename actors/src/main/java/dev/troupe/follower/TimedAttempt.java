package dev.troupe.follower;

import dev.troupe.gateway.DescriptorCache;
import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.FollowerReads;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.TimestampSource;
import dev.troupe.range.LocalReplica;
import dev.troupe.range.RangeReply;
import dev.troupe.range.TimedReads;
import dev.troupe.store.PeerMessage;
import dev.troupe.store.PendingCalls;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One read of the past on its way from replica to replica, from the nearest on, and to the leader
 * in the end. Whether its timestamp was given out is asked only when a replica is behind it: what
 * is closed was given out. One step at a time is under way, which orders all access to the fields.
 */
final class TimedAttempt {
  /** A replica that has not answered for so long is not waited for when there are others. */
  private static final long PATIENCE_NANOS = 1_000_000_000L;

  private static final long LOOK_UP_AGAIN_NANOS = 20_000_000L;

  /** An error tells of so many replicas why they could not answer. */
  private static final int HEARD_MAX = 8;

  /**
   * What came of asking a replica, for whoever is told in the end that it was not enough.
   *
   * @param answer null when there was none
   */
  private record Heard(NodeId node, TimedReads.@Nullable Answer answer) {
    @Override
    public String toString() {
      String what =
          answer == null
              ? " did not answer"
              : answer.reply() instanceof RangeReply.NoReplica
                  ? " has no replica"
                  : " can tell up to " + answer.at();
      return "node " + node + what;
    }
  }

  /** So often a range may turn out to be another one. */
  private static final int MOVES_MAX = 16;

  private final NearestReads node;
  private final FollowerParts parts;
  private final KvRequest.Read read;
  private final long deadline;
  private final Consumer<FollowerReads.Answer> reply;
  private final Queue<NodeId> candidates = new ArrayDeque<>();
  private @Nullable RangeDescriptor range;
  private Timestamp at = Timestamp.MIN;
  // Reads what can be read at once, and if nothing can, at this timestamp.
  private boolean newest;
  private @Nullable Timestamp fresh;
  private boolean checked;
  private int moves;
  private @Nullable List<Heard> heard;

  TimedAttempt(
      NearestReads node, KvRequest.Read read, long deadline, Consumer<FollowerReads.Answer> reply) {
    this.node = node;
    this.parts = node.parts();
    this.read = read;
    this.deadline = deadline;
    this.reply = reply;
  }

  void exactly(Timestamp when) {
    at = when;
    start();
  }

  /**
   * @param oldest older answers are of no use
   * @param given a timestamp given out that is not too old; null when none is known
   */
  void newest(Timestamp oldest, @Nullable Timestamp given) {
    at = oldest;
    newest = true;
    fresh = given;
    start();
  }

  private void start() {
    candidates.clear();
    if (parts.now() - deadline >= 0) {
      giveUp("the deadline passed" + (range == null ? " while its range was looked up" : ""));
      return;
    }
    RangeDescriptor believed = parts.gateway().locate(read);
    range = believed;
    if (believed == null) {
      parts.gateway().lookUp(read, deadline, known -> lookedUp(known));
    } else if (believed.span().overlaps(Keyspace.SYSTEM)) {
      systemRange();
    } else if (!newest && node.time().knows(at) && isLedHere(believed)) {
      askLeader();
    } else {
      candidates.addAll(node.nearness().order(believed));
      next();
    }
  }

  private void lookedUp(boolean known) {
    if (known) {
      start();
    } else {
      parts.node().later().run(LOOK_UP_AGAIN_NANOS, this::start);
    }
  }

  /** Its versions have timestamps of its own, which nobody else can compare with. */
  private void systemRange() {
    reply.accept(
        NearestReads.failed(
            ErrorCode.INVALID_ARGUMENT, "the system's own keys have no past that could be read"));
  }

  private boolean isLedHere(RangeDescriptor believed) {
    LocalReplica replica = parts.node().directory().find(believed.id());
    return replica != null && parts.node().leased().granted(replica);
  }

  private void next() {
    NodeId candidate = candidates.poll();
    if (candidate != null) {
      ask(candidate);
    } else if (!newest) {
      lastResort();
    } else if (fresh != null) {
      // Nothing that is known is new enough: then something newer, for which it is worth waiting.
      newest = false;
      at = fresh;
      start();
    } else {
      giveUp(
          "no replica that could be reached knows enough of the time allowed, nor can the oracle be"
              + " reached");
    }
  }

  private void lastResort() {
    if (node.time().knows(at)) {
      node.metrics().onRedirect();
      askLeader();
    } else {
      check();
    }
  }

  private void ask(NodeId candidate) {
    RangeDescriptor believed = range;
    if (believed == null) {
      start();
      return;
    }
    boolean mayWait = !newest && node.time().knows(at);
    if (candidate.equals(parts.node().self())) {
      node.reader()
          .serve(
              new ReplicaReader.Wish(believed.id(), read, at, newest, mayWait, deadline),
              answer -> onAnswer(candidate, answer));
      return;
    }
    long since = parts.now();
    long until = deadline - since < PATIENCE_NANOS ? deadline : since + PATIENCE_NANOS;
    PendingCalls calls = parts.node().calls();
    long call = calls.register(candidate, null, until, end -> onEnd(candidate, since, end));
    long millis = Math.max(1, (until - since) / 1_000_000L);
    var question =
        new PeerMessage.TimedCall(call, believed.id(), at, newest, mayWait, millis, read);
    if (!parts.node().peers().send(candidate, question) && calls.withdraw(call)) {
      node.nearness().lost(candidate);
      note(candidate, null);
      next();
    }
  }

  private void onEnd(NodeId candidate, long since, PendingCalls.End end) {
    if (end instanceof PendingCalls.End.Answered answered
        && answered.answer() instanceof PeerMessage.TimedAnswer answer) {
      if (answer.reply() instanceof RangeReply.Done) {
        node.nearness().answered(candidate, parts.now() - since);
      }
      onAnswer(candidate, new TimedReads.Answer(answer.reply(), answer.at()));
    } else {
      node.nearness().lost(candidate);
      note(candidate, null);
      next();
    }
  }

  private void note(NodeId candidate, TimedReads.@Nullable Answer answer) {
    List<Heard> all = heard;
    if (all == null) {
      all = new ArrayList<>(3);
      heard = all;
    }
    if (all.size() < HEARD_MAX) {
      all.add(new Heard(candidate, answer));
    }
  }

  private void onAnswer(NodeId candidate, TimedReads.Answer answer) {
    switch (answer.reply()) {
      case RangeReply.Done done -> {
        node.time().seen(answer.at());
        finish(done.response(), answer.at(), candidate);
      }
      case RangeReply.NotLeader cannotTell -> {
        note(candidate, answer);
        if (!newest && !node.time().knows(at) && !checked) {
          check();
        } else {
          next();
        }
      }
      case RangeReply.NoReplica none -> {
        note(candidate, answer);
        next();
      }
      case RangeReply.NotOwner other -> moved(other.current());
      case RangeReply.CrossesBorder other -> moved(other.current());
    }
  }

  private void finish(KvResponse response, Timestamp when, @Nullable NodeId who) {
    boolean failed = response instanceof KvResponse.Failed;
    reply.accept(
        new FollowerReads.Answer(response, failed ? Timestamp.MIN : when, failed ? null : who));
  }

  private void moved(RangeDescriptor current) {
    DescriptorCache descriptors = parts.node().descriptors();
    if (range != null) {
      descriptors.forget(range);
    }
    descriptors.learn(current);
    if (++moves > MOVES_MAX) {
      giveUp("its range moved too often");
    } else {
      start();
    }
  }

  /** Nobody may wait for, or ask a leader about, a timestamp that was not given out yet. */
  private void check() {
    if (checked) {
      giveUp(
          "no replica knows enough, and the oracle that could tell whether its timestamp was given"
              + " out cannot be reached");
      return;
    }
    checked = true;
    node.time()
        .draw(
            deadline - parts.now() < PATIENCE_NANOS ? deadline : parts.now() + PATIENCE_NANOS,
            drawn -> {
              if (node.time().knows(at)) {
                start();
              } else if (drawn instanceof TimestampSource.Drawn.Granted granted) {
                reply.accept(
                    NearestReads.failed(
                        ErrorCode.TIMESTAMP_IN_FUTURE,
                        "timestamp "
                            + at
                            + " has not been given out yet: it is "
                            + granted.first()));
              } else {
                next();
              }
            });
  }

  private void askLeader() {
    RangeDescriptor believed = range;
    parts
        .gateway()
        .send(
            TimedReads.withTime(read, at),
            deadline,
            response ->
                finish(
                    response,
                    at,
                    believed == null
                        ? null
                        : isLedHere(believed)
                            ? parts.node().self()
                            : parts.node().descriptors().leader(believed.id())));
  }

  private void giveUp(String why) {
    reply.accept(
        NearestReads.failed(
            ErrorCode.RANGE_UNAVAILABLE,
            "the past could not be read: "
                + why
                + (heard == null ? "" : " " + heard)
                + "; nothing was done"));
  }
}
