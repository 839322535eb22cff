package dev.troupe.range;

import dev.troupe.protocol.model.LogEntry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lets committed entries through to the applier, and holds back the one that takes over the
 * right-hand range until that range's replica on this node has come to where it was frozen, and has
 * given itself up: its state is what is taken over. Mostly it is there already; after a crash it
 * may still be on its way. Owned by the replica.
 */
final class ApplyGate {
  /** Hands entries to the applier. */
  @FunctionalInterface
  interface Applying {
    /**
     * @param inherited locks of the range that the first entry takes over; null when there is none
     */
    void apply(List<LogEntry> entries, @Nullable LockTable inherited);
  }

  private final LocalReplica local;
  private final ReplicaServices services;
  private final Applying applying;
  // Bounded by the core, which commits no more than it may have uncommitted.
  private final ArrayDeque<LogEntry> held = new ArrayDeque<>();

  ApplyGate(LocalReplica local, ReplicaServices services, Applying applying) {
    this.local = local;
    this.services = services;
    this.applying = applying;
  }

  /** Entries are committed. */
  void committed(List<LogEntry> entries, long appliedIndex, RangeStateMachine machine) {
    if (held.isEmpty() && entries.stream().noneMatch(ApplyGate::takesOver)) {
      applying.apply(entries, null);
      return;
    }
    held.addAll(entries);
    passOn();
    advance(appliedIndex, machine);
  }

  private static boolean takesOver(LogEntry entry) {
    return entry.kind() == LogEntry.Kind.MERGE
        && MergeCommand.decode(entry.data()) instanceof MergeCommand.TakeOver;
  }

  /** Lets go on what is in front of the next entry that takes over. */
  private void passOn() {
    var free = new ArrayList<LogEntry>();
    while (!held.isEmpty() && !takesOver(held.peek())) {
      free.add(held.poll());
    }
    if (!free.isEmpty()) {
      applying.apply(free, null);
    }
  }

  /**
   * Everything up to an index is visible, or time has passed. When nothing is being applied the
   * machine tells whether the entry in front does what it says.
   */
  void advance(long appliedIndex, @Nullable RangeStateMachine machine) {
    while (machine != null && !held.isEmpty() && held.peek().index() == appliedIndex + 1) {
      LogEntry first = held.peek();
      if (!(MergeCommand.decode(first.data()) instanceof MergeCommand.TakeOver take)) {
        throw new IllegalStateException("not held back for a reason: " + first);
      }
      if (machine.takesOver(take)) {
        ask(take);
        return;
      }
      letFirstThrough(null);
    }
  }

  private void ask(MergeCommand.TakeOver take) {
    LocalReplica right = services.directory().find(take.right().id());
    if (right != null) {
      long token = take.token();
      var self = local.actor();
      right
          .actor()
          .tell(
              new RangeReplica.GiveUp(
                  take.frozenAt(), locks -> self.tell(new RangeReplica.GivenUp(token, locks))));
    }
  }

  /** The right-hand range's replica does nothing any more. */
  void givenUp(RangeReplica.GivenUp m, long appliedIndex, @Nullable RangeStateMachine machine) {
    LogEntry first = held.peek();
    if (first != null
        && machine != null
        && first.index() == appliedIndex + 1
        && MergeCommand.decode(first.data()) instanceof MergeCommand.TakeOver take
        && take.token() == m.token()
        && machine.takesOver(take)) {
      letFirstThrough(m.locks());
    }
  }

  private void letFirstThrough(@Nullable LockTable inherited) {
    applying.apply(List.of(held.remove()), inherited);
    passOn();
  }

  /** A snapshot has taken the place of everything that was held back. */
  void reset() {
    held.clear();
  }
}
