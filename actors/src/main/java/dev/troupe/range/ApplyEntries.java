package dev.troupe.range;

import dev.troupe.protocol.model.LogEntry;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.ReplicaKey;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.StateStore;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Applies committed entries of one range and answers who waits for them, once the effects are
 * visible: an answer that came earlier could be contradicted by a read.
 */
final class ApplyEntries implements Applier.Task {
  /** More than this takes too long for a thread that others wait for. */
  private static final int LIGHT_BYTES_MAX = 64 << 10;

  private final RangeStateMachine machine;
  private final List<LogEntry> entries;
  private final List<ProposalQueue.@Nullable Proposed> proposed;
  private final LocalReplica local;
  private final @Nullable NodeId leader;
  private final RightHandReplica splits;
  private final List<ReplicaKey> born = new ArrayList<>();
  private final List<CommandCodec.Command> commands = new ArrayList<>();
  private final List<List<KvResponse>> answers = new ArrayList<>();
  private MergeStep.@Nullable Shape changed;
  private @Nullable LockTable inherited;
  private @Nullable RangeDescriptor absorbed;
  private Timestamp clock = Timestamp.MIN;
  private int next;

  /**
   * Pairs entries with their proposals.
   *
   * @param proposed for each entry what this replica had proposed at its index, or null
   * @param leader where to send those whose entry was replaced by another one
   * @param splits gives right-hand ranges of splits their replicas here
   */
  ApplyEntries(
      RangeStateMachine machine,
      List<LogEntry> entries,
      List<ProposalQueue.@Nullable Proposed> proposed,
      LocalReplica local,
      @Nullable NodeId leader,
      RightHandReplica splits) {
    this.machine = machine;
    this.entries = entries;
    this.proposed = proposed;
    this.local = local;
    this.leader = leader;
    this.splits = splits;
  }

  /**
   * The right-hand range has given itself up to the first entry.
   *
   * @param locks of its keys
   */
  ApplyEntries inheriting(LockTable locks) {
    inherited = locks;
    return this;
  }

  @Override
  public boolean tryApply(StateStore.Batch batch) {
    if (!isSmall()) {
      return false;
    }
    decode();
    while (next < entries.size()) {
      if (!machine.isLight(entries.get(next), commands.get(next))) {
        return false;
      }
      applyNext(batch);
    }
    return true;
  }

  private boolean isSmall() {
    int bytes = 0;
    for (LogEntry entry : entries) {
      bytes += entry.sizeBytes();
    }
    return bytes <= LIGHT_BYTES_MAX;
  }

  private void decode() {
    if (commands.isEmpty()) {
      for (LogEntry entry : entries) {
        commands.add(RangeStateMachine.decode(entry));
      }
    }
  }

  @Override
  public void apply(StateStore.Batch batch) {
    decode();
    while (next < entries.size()) {
      applyNext(batch);
    }
  }

  private void applyNext(StateStore.Batch batch) {
    LogEntry entry = entries.get(next);
    LockTable locks = inherited;
    if (next == 0 && locks != null) {
      machine.inherits(locks);
    }
    answers.add(machine.apply(entry, commands.get(next), batch));
    next++;
    switch (entry.kind()) {
      case MEMBERSHIP -> changed = shape();
      case SPLIT -> applySplit(batch);
      case MERGE -> {
        changed = shape();
        if (locks != null
            && MergeCommand.decode(entry.data()) instanceof MergeCommand.TakeOver take) {
          absorbed = take.right();
        }
      }
      case NOOP, COMMAND -> {}
    }
    clock = machine.applied().clock();
  }

  private MergeStep.Shape shape() {
    return new MergeStep.Shape(machine.descriptor(), machine.applied());
  }

  /** Before the next entry: that one may commit the batch in order to read. */
  private void applySplit(StateStore.Batch batch) {
    RangeStateMachine.Split split = machine.takeSplit();
    if (split != null) {
      changed = shape();
      ReplicaKey right = splits.prepare(split, batch);
      if (right != null) {
        born.add(right);
      }
    }
  }

  @Override
  public void committed() {
    if (absorbed == null) {
      describe();
      machine.visible();
    } else {
      // What was collected from keys that come in is to be known before anybody reads them here.
      machine.visible();
      describe();
    }
    if (changed != null) {
      machine.forgetLocksGivenAway();
    }
    local.appliedIndex(entries.getLast().index());
    for (int i = 0; i < entries.size(); i++) {
      ProposalQueue.Proposed waiting = proposed.get(i);
      if (waiting != null) {
        waiting.answer(entries.get(i), answers.get(i), leader, machine.descriptor());
      }
    }
    born.forEach(right -> splits.start(right, leader));
    if (absorbed != null) {
      splits.absorbed(absorbed);
    }
    local.actor().tell(new RangeReplica.EntriesApplied(entries.getLast().index(), clock, changed));
  }

  private void describe() {
    if (changed != null) {
      // Before the right-hand range can serve: nobody reads its keys here any more.
      local.view().describe(changed.descriptor());
    }
  }
}
