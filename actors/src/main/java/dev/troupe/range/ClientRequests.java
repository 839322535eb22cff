package dev.troupe.range;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.ReplicaKey;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.StateStore;
import dev.troupe.raft.ProposeResult;
import dev.troupe.raft.RaftCore;
import dev.troupe.raft.Ready;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What clients want of a leading replica, from its arrival to its answer. Owned by the replica;
 * answers may come on any thread.
 */
final class ClientRequests {
  private final ReplicaKey key;
  private final RaftCore core;
  private final ReplicaServices services;
  private final LocalReplica local;
  private final ProposalQueue proposals = new ProposalQueue();
  private final ProposalPace pace = new ProposalPace();
  private final ReadWaiters reads = new ReadWaiters();

  ClientRequests(ReplicaKey key, RaftCore core, ReplicaServices services, LocalReplica local) {
    this.key = key;
    this.core = core;
    this.services = services;
    this.local = local;
  }

  /** Takes a request in; true when {@link #propose} should follow once the mailbox is empty. */
  boolean accept(RangeReplica.Kv kv, RangeDescriptor current) {
    long now = services.clock().nanos();
    if (now - kv.deadlineNanos() > 0) {
      kv.replyTo().accept(failed(ErrorCode.DEADLINE_EXCEEDED, "the deadline passed in " + key));
      return false;
    }
    return switch (kv.request()) {
      case KvRequest.Read read -> {
        acceptRead(read, kv.replyTo(), now);
        yield false;
      }
      case KvRequest.Write write -> acceptWrite(current, write, kv.replyTo());
    };
  }

  private void acceptRead(KvRequest.Read read, Consumer<RangeReply> replyTo, long now) {
    if (reads.isFull()) {
      replyTo.accept(overloaded());
      return;
    }
    local.reads().increment();
    core.readIndex(reads.add(new ReadWaiters.Waiting(read, replyTo)), now);
  }

  private boolean acceptWrite(
      RangeDescriptor current, KvRequest.Write write, Consumer<RangeReply> replyTo) {
    if (!current.span().contains(write.routingKey())) {
      replyTo.accept(new RangeReply.NotOwner(current));
    } else if (write instanceof KvRequest.Batch batch && !within(current, batch)) {
      replyTo.accept(
          failed(
              ErrorCode.CROSS_RANGE_BATCH,
              "the batch has keys of several ranges; it may only have keys of "
                  + current.span()
                  + " together with "
                  + batch.routingKey()));
    } else if (proposals.isFull()) {
      replyTo.accept(overloaded());
    } else {
      return proposals.add(new ProposalQueue.Waiting(write, replyTo));
    }
    return false;
  }

  private static boolean within(RangeDescriptor current, KvRequest.Batch batch) {
    return batch.writes().stream().allMatch(w -> current.span().contains(w.routingKey()));
  }

  /** Whether waiting writes should be proposed. */
  boolean mayPropose() {
    return proposals.hasWaiting() && !pace.holds(proposals.inLog());
  }

  /** As {@link #propose}, unless they had better wait for entries that are on their way. */
  void proposePaced(@Nullable NodeId leader) {
    if (mayPropose()) {
      propose(leader);
    }
  }

  /** Puts all waiting writes into the log, in as few entries as their sizes allow. */
  void propose(@Nullable NodeId leader) {
    long now = services.clock().nanos();
    for (List<ProposalQueue.Waiting> group : proposals.takeGroups()) {
      Timestamp clock = Timestamp.of(Math.max(0, services.wall().millis()), 0);
      byte[] payload =
          CommandCodec.encode(clock, group.stream().map(ProposalQueue.Waiting::write).toList());
      switch (core.propose(payload, now)) {
        case ProposeResult.Accepted accepted -> {
          proposals.proposed(new ProposalQueue.Proposed(accepted.position(), group, now));
          local.writes().add(group.size());
        }
        case ProposeResult.NotLeader other -> refuse(group, new RangeReply.NotLeader(leader));
        case ProposeResult.Refused refused -> {
          // Its successor will lead in a moment: for a client there is nothing to see.
          boolean moving = refused.handingOver();
          refuse(
              group,
              moving
                  ? new RangeReply.NotLeader(null)
                  : failed(ErrorCode.OVERLOADED, refused.reason()));
        }
      }
    }
  }

  private static void refuse(List<ProposalQueue.Waiting> group, RangeReply reply) {
    group.forEach(waiting -> waiting.replyTo().accept(reply));
  }

  /** What this replica had proposed for an index that is now to be applied, if anything. */
  ProposalQueue.@Nullable Proposed take(long index) {
    ProposalQueue.Proposed taken = proposals.take(index);
    if (taken != null) {
      pace.committed(services.clock().nanos() - taken.sinceNanos());
    }
    return taken;
  }

  void released(Ready.ReadReleased read) {
    reads.released(read);
  }

  /** Starts the reads that may be evaluated on a state machine that has come so far. */
  void evaluate(RangeDescriptor current, long appliedIndex) {
    for (ReadWaiters.Waiting waiting : reads.takeReady(appliedIndex)) {
      services.disk().execute(() -> evaluate(current, waiting));
    }
  }

  private void evaluate(RangeDescriptor current, ReadWaiters.Waiting waiting) {
    RangeReply reply;
    try {
      reply = read(current, waiting.read());
      RangeDescriptor after = local.view().descriptor();
      if (after != null && after.generation() != current.generation()) {
        // A split while it was read: keys that have left may have newer values elsewhere.
        reply = read(after, waiting.read());
      }
    } catch (RuntimeException failure) {
      reply = failed(ErrorCode.CORRUPTION, key + " cannot read its state: " + failure.getMessage());
    }
    waiting.replyTo().accept(reply);
  }

  private RangeReply read(RangeDescriptor owned, KvRequest.Read read) {
    return RangeReads.evaluate(
        services.state(), owned, local.view().clock(), read, StateStore.ReadMode.MAY_BLOCK);
  }

  /** Answers everybody that waits: what is in the log has an outcome that is not known here. */
  void abandon(String why) {
    proposals.abandon(why);
    reads.abandon();
  }

  private RangeReply overloaded() {
    return failed(ErrorCode.OVERLOADED, "too many requests wait at " + key + "; try again later");
  }

  private static RangeReply failed(ErrorCode code, String message) {
    return new RangeReply.Done(new KvResponse.Failed(code, message));
  }
}
