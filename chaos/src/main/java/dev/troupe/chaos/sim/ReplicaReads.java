package dev.troupe.chaos.sim;

import dev.troupe.chaos.sim.ClientCall.Reply;
import dev.troupe.raft.Ready;
import dev.troupe.raft.Role;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads, in steps between which the process may stop for any time: is there a lease, evaluate, is
 * the lease still there, answer. Without a lease the core is asked for a read index.
 */
final class ReplicaReads {
  private record Waiting(ClientCall call, long index, long term) {}

  private final SimReplica owner;
  private final SimNode node;
  private final SimGroup group;
  private final Map<Long, ClientCall> asked = new HashMap<>();
  private final List<Waiting> unapplied = new ArrayList<>();

  ReplicaReads(SimReplica owner, SimNode node, SimGroup group) {
    this.owner = owner;
    this.node = node;
    this.group = group;
  }

  void ask(ClientCall call) {
    if (!call.viaIndex() && holdsLease() && leaseReadable()) {
      long term = owner.term();
      node.after(step(), () -> evaluateUnderLease(call, term));
      if (node.random().chance(0.5)) {
        node.amidRead();
      }
    } else {
      askIndex(call);
    }
  }

  private void askIndex(ClientCall call) {
    asked.put(call.id(), call);
    owner.core().readIndex(call.id(), node.clockNanos());
  }

  private boolean holdsLease() {
    return owner.role() == Role.LEADER && owner.core().leaseUntil() > node.clockNanos();
  }

  /** Whether everything that earlier leaders committed is applied here. */
  private boolean leaseReadable() {
    return owner.applied().index() >= owner.core().leaseReadIndex();
  }

  private long step() {
    return node.random().nextLong(1_000_000);
  }

  private void evaluateUnderLease(ClientCall call, long term) {
    long value = owner.state().machine().valueOf(call.key());
    long evaluatedAt = owner.applied().index();
    node.after(step(), () -> answerUnderLease(call, term, value, evaluatedAt));
    node.amidRead();
  }

  /** A lease of a later term says nothing about the moment of evaluation: the term must match. */
  private void answerUnderLease(ClientCall call, long term, long value, long evaluatedAt) {
    if (holdsLease() && owner.term() == term) {
      group.world().coverage().reached(Rare.LEASE_READ_ANSWERED);
      answer(call, value, evaluatedAt);
    } else {
      group.world().coverage().reached(Rare.LEASE_LOST_BEFORE_ANSWER);
      askIndex(call);
    }
  }

  void released(Ready.ReadReleased released) {
    ClientCall call = asked.remove(released.id());
    if (call == null) {
      throw new IllegalStateException("the core releases read " + released.id() + " twice");
    }
    if (released.index() < 0) {
      group.world().coverage().reached(Rare.READ_SENT_ELSEWHERE);
      call.reply().accept(new Reply.NotDone(owner.core().leader()));
    } else {
      unapplied.add(new Waiting(call, released.index(), owner.term()));
      applied();
    }
  }

  /**
   * Evaluates the reads that waited for what is now applied. Only while leading: a former leader
   * may have applied entries that its successor has committed but not applied, and whoever saw them
   * here would find the successor's reads under lease stale.
   */
  void applied() {
    long index = owner.applied().index();
    var ready = unapplied.stream().filter(w -> w.index() <= index).toList();
    unapplied.removeAll(ready);
    for (Waiting waiting : ready) {
      ClientCall call = waiting.call();
      if (owner.role() == Role.LEADER && owner.term() == waiting.term()) {
        group.world().coverage().reached(Rare.INDEX_READ_ANSWERED);
        answer(call, owner.state().machine().valueOf(call.key()), index);
      } else {
        group.world().coverage().reached(Rare.LEADERSHIP_LOST_BEFORE_ANSWER);
        call.reply().accept(new Reply.NotDone(owner.core().leader()));
      }
    }
  }

  private void answer(ClientCall call, long value, long evaluatedAt) {
    group.world().trace().add(node.number(), "read", call.id(), value);
    group.checks().readAnswered(owner, evaluatedAt, call.atLeast());
    call.reply().accept(new Reply.Done(value, evaluatedAt));
  }
}
