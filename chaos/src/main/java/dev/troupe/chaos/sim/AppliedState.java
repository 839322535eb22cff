package dev.troupe.chaos.sim;

import dev.troupe.chaos.sim.ClientCall.Reply;
import dev.troupe.protocol.model.LogEntry;
import dev.troupe.protocol.model.LogPosition;
import dev.troupe.raft.ProposeResult;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * The applying half of a replica: proposals that wait for their entry, the queue of committed
 * entries, the state machine, its flushes, and the truncation of the log behind them.
 */
final class AppliedState {
  private static final int APPLY_BATCH_MAX = 8;

  private record Pending(long term, ClientCall call) {}

  private final SimReplica owner;
  private final SimNode node;
  private final SimGroup group;
  private final SimOptions.Disk options;
  private final TreeMap<Long, List<Pending>> pending = new TreeMap<>();
  private final ArrayDeque<LogEntry> committed = new ArrayDeque<>();
  private SimStateMachine machine;
  private boolean applying;
  private boolean flushing;
  private long flushedIndex;

  AppliedState(SimReplica owner, SimNode node, SimGroup group, StateImage image) {
    this.owner = owner;
    this.node = node;
    this.group = group;
    this.options = group.options().disk();
    this.machine = new SimStateMachine(image);
    this.flushedIndex = image.applied().index();
  }

  SimStateMachine machine() {
    return machine;
  }

  void propose(ClientCall call) {
    byte[] data = call.write().encode();
    switch (owner.core().propose(data, node.clockNanos())) {
      case ProposeResult.Accepted accepted ->
          pending
              .computeIfAbsent(accepted.position().index(), i -> new ArrayList<>())
              .add(new Pending(accepted.position().term(), call));
      case ProposeResult.NotLeader elsewhere ->
          call.reply().accept(new Reply.NotDone(elsewhere.leader()));
      case ProposeResult.Refused refused -> {
        group.world().coverage().reached(Rare.PROPOSAL_REFUSED);
        call.reply().accept(new Reply.NotDone(null));
      }
    }
  }

  void enqueue(List<LogEntry> entries) {
    committed.addAll(entries);
    applySoon();
  }

  private void applySoon() {
    if (!applying && !committed.isEmpty()) {
      applying = true;
      long held = node.applyHeldUntil() - group.world().time().now();
      node.after(
          Math.max(held, node.random().nextLong(options.applyDelayNanos())), this::applySome);
    }
  }

  private void applySome() {
    applying = false;
    int count = 0;
    while (!committed.isEmpty() && count++ < APPLY_BATCH_MAX) {
      apply(committed.removeFirst());
    }
    if (count > 0) {
      owner.core().applied(machine.applied().index(), node.clockNanos());
      owner.reads().applied();
      flushSometimes();
    }
    applySoon();
  }

  private void apply(LogEntry entry) {
    boolean wasMember = machine.membership().contains(owner.replica());
    long before = machine.apply(entry);
    group.world().trace().add(node.number(), "apply", entry, machine.checksum());
    group.checks().applied(owner, entry);
    answer(entry, before);
    if (entry.kind() == LogEntry.Kind.MEMBERSHIP) {
      group.membershipApplied(machine.applied(), machine.membership());
      if (wasMember && !machine.membership().contains(owner.replica())) {
        // Not at once: a leader that removed itself still tells the others.
        long delay = 2 * group.options().raft().heartbeatNanos();
        node.after(delay, () -> node.destroy("removed"));
      }
    }
  }

  private void answer(LogEntry entry, long before) {
    List<Pending> waiting = pending.remove(entry.index());
    if (waiting == null) {
      return;
    }
    for (Pending one : waiting) {
      if (one.term() == entry.term()) {
        var position = new LogPosition(entry.index(), entry.term());
        group.acknowledge(owner, one.call().write().id(), position);
        one.call().reply().accept(new Reply.Done(before, entry.index()));
      } else {
        // Another entry is committed in its place: it can never happen any more.
        group.world().coverage().reached(Rare.PROPOSAL_OVERWRITTEN);
        one.call().reply().accept(new Reply.NotDone(null));
      }
    }
  }

  /** A snapshot has replaced the state; proposals that it covers are never answered. */
  void replace(StateImage image) {
    machine = new SimStateMachine(image);
    flushedIndex = Math.max(flushedIndex, image.applied().index());
    pending.headMap(image.applied().index(), true).clear();
    while (!committed.isEmpty() && committed.getFirst().index() <= image.applied().index()) {
      committed.removeFirst();
    }
  }

  private void flushSometimes() {
    boolean due = machine.applied().index() >= flushedIndex + options.flushEveryEntries();
    if (due && !flushing) {
      flushing = true;
      StateImage image = machine.image();
      node.disk().flush(image, node.guarded(() -> flushed(image)));
    }
  }

  private void flushed(StateImage image) {
    flushing = false;
    flushedIndex = Math.max(flushedIndex, image.applied().index());
    if (node.random().chance(options.truncate())) {
      truncate(image.applied().index() - node.random().nextInt(options.keepEntries() + 1));
    }
  }

  private void truncate(long index) {
    if (index <= owner.logStart().index()) {
      return;
    }
    var newStart = new LogPosition(index, owner.logTermAt(index));
    node.disk().truncatePrefix(newStart, node.guarded(() -> truncated(newStart)));
  }

  private void truncated(LogPosition newStart) {
    if (newStart.index() > owner.logStart().index()) {
      group.world().coverage().reached(Rare.LOG_PREFIX_TRUNCATED);
      group.world().trace().add(node.number(), "truncate", newStart, newStart.index());
      owner.log().truncatePrefix(newStart);
      owner.core().truncated(newStart);
    }
  }
}
