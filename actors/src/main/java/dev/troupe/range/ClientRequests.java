package dev.troupe.range;

import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.ReplicaKey;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.model.TxnId;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.TimestampSource;
import dev.troupe.raft.ProposeResult;
import dev.troupe.raft.RaftCore;
import dev.troupe.raft.Ready;
import dev.troupe.raft.Role;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What clients want of a leading replica, from its arrival to its answer. Owned by the replica;
 * answers may come on any thread.
 *
 * <p>The order in which a write is marked, given a timestamp and proposed, and a read looks for
 * marks, for locks and for versions, is what makes timestamps the order of everything: see {@link
 * InFlightWrites} and {@link LockTable}.
 */
final class ClientRequests {
  /** A timestamp that has not come after so long will not be waited for. */
  private static final long DRAW_PATIENCE_NANOS = 10_000_000_000L;

  private static final long NO_REIGN = -1;

  /** A read that waits for the writes that were under way when it came. */
  private record Parked(RangeReplica.Kv kv, long behind) {}

  /** Writes that are being applied. */
  private record Applying(long index, ProposalQueue.Proposed entry) {
    long firstSequence() {
      return entry.writes().getFirst().sequence();
    }
  }

  private final ReplicaKey key;
  private final RaftCore core;
  private final ReplicaServices services;
  private final LocalReplica local;
  private final RangeMetrics metrics;
  private final ProposalQueue proposals = new ProposalQueue();
  private final ProposalPace pace = new ProposalPace();
  private final ReadWaiters reads = new ReadWaiters();
  private final ReadEvaluator evaluator;
  private final LockQueue lockQueue;
  private final HolderSurveys surveys;
  private final EntryTraces traces;
  private final ArrayDeque<Parked> parked = new ArrayDeque<>();
  private final ArrayDeque<Applying> applying = new ArrayDeque<>();
  private long nextSequence = 1;
  // Waiting writes for which timestamps are being drawn; 0 when none are.
  private int drawing;
  // The reign for which they are drawn.
  private long drawTerm;
  private long lastDraw;
  // Whether one of the writes that wait is traced.
  private boolean tracing;
  // Since when this replica leads, if it does.
  private long reign = NO_REIGN;

  ClientRequests(
      ReplicaKey key,
      RaftCore core,
      ReplicaServices services,
      LocalReplica local,
      EntryTraces traces) {
    this.key = key;
    this.core = core;
    this.services = services;
    this.local = local;
    this.traces = traces;
    this.metrics = services.directory().metrics();
    this.evaluator = new ReadEvaluator(key, services, local);
    this.lockQueue =
        new LockQueue(
            services.transactions(),
            (txn, held) -> local.actor().tell(new RangeReplica.HolderGone(txn, held)));
    lockQueue.onGoingOn(since -> metrics.waitedForLock(services.clock().nanos() - since));
    this.surveys = new HolderSurveys(services, local, lockQueue);
  }

  /** The range's locks from now on. */
  void on(LockTable locks) {
    lockQueue.on(locks);
  }

  /** Takes a request in; true when {@link #propose} should follow once the mailbox is empty. */
  boolean accept(RangeReplica.Kv kv, RangeDescriptor current) {
    long now = services.clock().nanos();
    if (evaluator.refusesLate(kv, now)) {
      return false;
    }
    Key obstacle = lockQueue.obstacle(kv.request());
    if (obstacle != null) {
      await(kv, obstacle);
      return false;
    }
    return switch (kv.request()) {
      case KvRequest.Read read -> {
        acceptRead(read, kv, current, now);
        yield false;
      }
      case KvRequest.Write write -> acceptWrite(current, write, kv);
    };
  }

  private static void phase(RangeReplica.Kv kv, String name) {
    if (kv.trace() != null) {
      kv.trace().phase(name);
    }
  }

  private void await(RangeReplica.Kv kv, Key obstacle) {
    phase(kv, "lock.wait");
    if (kv.request() instanceof KvRequest.HoldKey hold
        && hold.patience() == KvRequest.Patience.NONE
        && !lockQueue.seeks()) {
      // It may have held the key before it met the lock.
      lockQueue.letGo(hold.txn(), List.of(hold.key()));
      kv.replyTo()
          .accept(
              failed(
                  ErrorCode.LOCK_NOT_AVAILABLE, "another transaction has locked key " + obstacle));
    } else if (!lockQueue.add(obstacle, kv, services.clock().nanos())) {
      kv.replyTo().accept(overloaded());
    }
  }

  // --- reads -----------------------------------------------------------------------------------

  private void acceptRead(
      KvRequest.Read read, RangeReplica.Kv kv, RangeDescriptor current, long now) {
    if (!current.span().contains(read.routingKey()) && !(read instanceof KvRequest.Scan)) {
      kv.replyTo().accept(new RangeReply.NotOwner(current));
      return;
    }
    if (read instanceof KvRequest.LetGo letGo) {
      lockQueue.letGo(letGo.txn(), letGo.keys());
      kv.replyTo().accept(new RangeReply.Done(new KvResponse.Valid()));
      drainLocks(current);
      return;
    }
    if (reads.isFull() || parked.size() >= ReadWaiters.WAITING_MAX) {
      kv.replyTo().accept(overloaded());
      return;
    }
    if (read instanceof KvRequest.HoldKey hold) {
      lockQueue.hold(hold);
    }
    if (local.inFlight().isClearFor(read)) {
      confirm(kv, now);
    } else {
      phase(kv, "writes.wait");
      parked.add(new Parked(kv, nextSequence));
    }
  }

  /** Asks the members whether this replica still leads, and evaluates the read then. */
  private void confirm(RangeReplica.Kv kv, long now) {
    phase(kv, "read.confirm");
    local.reads().increment();
    local.sample().saw(kv.request());
    core.readIndex(reads.add(new ReadWaiters.Waiting(kv)), now);
  }

  void released(Ready.ReadReleased read) {
    reads.released(read);
  }

  /** Starts the reads that may be evaluated on a state machine that has come so far. */
  void evaluate(RangeDescriptor current, long appliedIndex) {
    for (ReadWaiters.Waiting waiting : reads.takeReady(appliedIndex)) {
      evaluator.start(current, waiting.kv());
    }
  }

  /** A request met a lock, which may be gone by now. */
  boolean met(RangeReplica.LockMet met, RangeDescriptor current) {
    if (local.locks().get(met.key()) == null) {
      return accept(met.kv(), current);
    }
    await(met.kv(), met.key());
    return false;
  }

  /**
   * This replica leads: what was held at the leaders before it is known to the holders only. The
   * system range, of which nothing is held, does not ask.
   */
  void leads(RangeDescriptor current) {
    long term = core.term();
    if (reign == term || isTimedByItself(current)) {
      return;
    }
    reign = term;
    surveys.begin(current.span());
  }

  /** Everybody has said what it holds, or will not be waited for. */
  void inherit(RangeReplica.HoldersFound found, @Nullable RangeDescriptor current) {
    if (current != null && surveys.answered(found)) {
      // Those that have left in a split are asked for by who leads them.
      lockQueue.keep(current.span());
      drainLocks(current);
    }
  }

  /** The range has other keys than before, maybe. */
  void changed(@Nullable RangeDescriptor before, RangeDescriptor current) {
    lockQueue.keep(current.span());
    if (before != null
        && reign != NO_REIGN
        && before.span().end().compareTo(current.span().end()) < 0) {
      // What is held there was held at the leader of the range that was taken over.
      surveys.begin(new KeySpan(before.span().end(), current.span().end()));
    }
  }

  /**
   * The range is frozen: whoever waits may find its key elsewhere, soon. What is in the log gets
   * its answer when it is applied.
   */
  void freeze() {
    drawing = 0;
    proposals.refuseWaiting();
    steppedDown();
  }

  /** The range is part of another one: nothing that is still to be done here will be. */
  void surrender() {
    drawing = 0;
    proposals.refuseAll();
    reads.abandon();
    steppedDown();
  }

  /** Somebody who held a key is gone. */
  void gone(TxnId txn, Key held, RangeDescriptor current) {
    lockQueue.letGo(txn, List.of(held));
    drainLocks(current);
  }

  private void drainLocks(RangeDescriptor current) {
    if (lockQueue.isEmpty()) {
      return;
    }
    lockQueue.drain(
        kv -> {
          if (accept(kv, current)) {
            local.actor().tell(RangeReplica.FlushProposals.INSTANCE);
          }
        });
  }

  // --- writes ----------------------------------------------------------------------------------

  private boolean acceptWrite(RangeDescriptor current, KvRequest.Write write, RangeReplica.Kv kv) {
    RangeReply refusal = OwnedKeys.refusal(current, write);
    if (refusal != null || proposals.isFull()) {
      kv.replyTo().accept(refusal != null ? refusal : overloaded());
    } else {
      local.inFlight().mark(write);
      if (kv.trace() != null) {
        tracing = true;
        kv.trace().phase("queue");
      }
      return proposals.add(
          new ProposalQueue.Waiting(
              write,
              kv.deadlineNanos(),
              reply -> ended(write, kv, reply),
              nextSequence++,
              kv.trace()));
    }
    return false;
  }

  /** Any thread: a write is visible, or will never be. */
  private void ended(KvRequest.Write write, RangeReplica.Kv kv, RangeReply reply) {
    local.inFlight().unmark(write);
    evaluator.answerOrWait(kv, reply);
  }

  /** Whether timestamps are on their way that may be older than any drawn now. */
  boolean draws() {
    return drawing > 0;
  }

  /** Whether waiting writes should be proposed. */
  boolean mayPropose() {
    return drawing == 0 && proposals.hasWaiting() && !pace.holds(proposals.inLog());
  }

  /** As {@link #propose}, unless they had better wait for entries that are on their way. */
  void proposePaced(@Nullable NodeId leader) {
    if (mayPropose()) {
      propose(leader);
    }
  }

  /**
   * Puts all waiting writes into the log, in as few entries as their sizes allow, as soon as they
   * have timestamps.
   */
  void propose(@Nullable NodeId leader) {
    if (drawing > 0 || !proposals.hasWaiting()) {
      return;
    }
    if (isTimedByItself()) {
      Timestamp now = Timestamp.of(Math.max(0, services.wall().millis()), 0);
      propose(proposals.waiting(), now, leader);
      return;
    }
    if (tracing) {
      proposals.phase("timestamp");
    }
    drawing = proposals.waiting();
    drawTerm = core.role() == Role.LEADER ? core.term() : NO_REIGN;
    TimestampDraw draw = new TimestampDraw(++lastDraw, local);
    services
        .timestamps()
        .draw(drawing, services.clock().nanos() + DRAW_PATIENCE_NANOS, draw::arrived);
    TimestampSource.Drawn atOnce = draw.returned();
    if (atOnce != null) {
      drawn(lastDraw, atOnce, leader);
    }
  }

  /** The oracle's own range cannot ask the oracle. Nothing in it is part of transactions. */
  private boolean isTimedByItself() {
    RangeDescriptor current = local.view().descriptor();
    return current != null && isTimedByItself(current);
  }

  private static boolean isTimedByItself(RangeDescriptor range) {
    return range.span().overlaps(Keyspace.SYSTEM);
  }

  /** The timestamps that were drawn for the writes that waited then. */
  void drawn(long draw, TimestampSource.Drawn drawn, @Nullable NodeId leader) {
    if (draw != lastDraw || drawing == 0) {
      // Those writes have been abandoned, and no other may be older than its mark.
      return;
    }
    int count = drawing;
    drawing = 0;
    if (core.role() == Role.LEADER && core.term() != drawTerm) {
      // Another leader came between: its entries, and what it closed, may be above them.
      propose(leader);
      return;
    }
    switch (drawn) {
      case TimestampSource.Drawn.Granted granted -> propose(count, granted.first(), leader);
      case TimestampSource.Drawn.Failed failure -> {
        RangeReply reply =
            failed(
                failure.code(),
                "no timestamp could be had: " + failure.message() + "; nothing was done");
        proposals
            .takeGroups(count, services.clock().nanos())
            .forEach(group -> refuse(group, reply));
      }
    }
  }

  private void propose(int count, Timestamp first, @Nullable NodeId leader) {
    long now = services.clock().nanos();
    Timestamp clock = first;
    for (List<ProposalQueue.Waiting> group : proposals.takeGroups(count, now)) {
      byte[] payload =
          CommandCodec.encode(clock, group.stream().map(ProposalQueue.Waiting::write).toList());
      clock = new Timestamp(clock.value() + group.size());
      switch (core.propose(payload, now)) {
        case ProposeResult.Accepted accepted -> {
          proposals.proposed(new ProposalQueue.Proposed(accepted.position(), group, now));
          if (tracing) {
            traces.proposed(accepted.position().index(), group, payload.length);
          }
          local.writes().add(group.size());
          if (local.sample().isOn()) {
            group.forEach(waiting -> local.sample().saw(waiting.write()));
          }
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
    tracing &= proposals.hasWaiting();
  }

  private static void refuse(List<ProposalQueue.Waiting> group, RangeReply reply) {
    group.forEach(waiting -> waiting.replyTo().accept(reply));
  }

  /** What this replica had proposed for an entry that is now to be applied, if anything. */
  ProposalQueue.@Nullable Proposed take(long index, long term) {
    ProposalQueue.Proposed taken = proposals.take(index, term);
    if (taken != null) {
      long nanos = services.clock().nanos() - taken.sinceNanos();
      pace.committed(nanos);
      metrics.committed(nanos);
      applying.add(new Applying(index, taken));
    }
    return taken;
  }

  // --- what others wait for --------------------------------------------------------------------

  /** Entries up to an index have been applied: who waited for their effects goes on. */
  void applied(long index, RangeDescriptor current) {
    if (!applying.isEmpty()) {
      long now = services.clock().nanos();
      while (!applying.isEmpty() && applying.peek().index() <= index) {
        ProposalQueue.Proposed entry = applying.poll().entry();
        metrics.applied(now - entry.sinceNanos(), entry.writes().size());
      }
    }
    releaseParked();
    drainLocks(current);
  }

  private void releaseParked() {
    if (parked.isEmpty()) {
      return;
    }
    long pending = applying.isEmpty() ? proposals.firstPending() : applying.peek().firstSequence();
    long now = services.clock().nanos();
    while (!parked.isEmpty() && parked.peek().behind() <= pending) {
      confirm(parked.poll().kv(), now);
    }
  }

  /** Whether somebody waits for a key that is locked or held. */
  boolean waitsForKeys() {
    return !lockQueue.isEmpty();
  }

  /** Whether time changes nothing for anybody who has asked. */
  boolean isAtRest() {
    return lockQueue.isAtRest()
        && parked.isEmpty()
        && applying.isEmpty()
        && drawing == 0
        && !proposals.hasWaiting()
        && proposals.inLog() == 0;
  }

  /** Time has passed. */
  void tick(RangeDescriptor current) {
    releaseParked();
    lockQueue.tick(services.clock().nanos());
    drainLocks(current);
  }

  /** This replica does not lead any more: what is not in the log may be asked elsewhere. */
  void steppedDown() {
    traces.steppedDown();
    reign = NO_REIGN;
    surveys.abandon();
    lockQueue.abandon();
    parked.forEach(read -> read.kv().replyTo().accept(new RangeReply.NotLeader(null)));
    parked.clear();
  }

  /** Answers everybody that waits: what is in the log has an outcome that is not known here. */
  void abandon(String why) {
    drawing = 0;
    proposals.abandon(why);
    reads.abandon();
    steppedDown();
  }

  private RangeReply overloaded() {
    return failed(ErrorCode.OVERLOADED, "too many requests wait at " + key + "; try again later");
  }

  private static RangeReply failed(ErrorCode code, String message) {
    return new RangeReply.Done(new KvResponse.Failed(code, message));
  }
}
