package dev.troupe.range;

import dev.troupe.protocol.codec.DescriptorCodec;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.Invariant;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.LogEntry;
import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.Membership;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.StateStore;
import dev.troupe.protocol.spi.StateStore.LocalRecord;
import dev.troupe.range.CommandCodec.Command;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a range's committed entries do to its state. Deterministic: the same entries on the same
 * state give the same state and answers on every replica, whatever its clock, locale or load.
 *
 * <p>Owned by whoever owns the range's lane in the {@link Applier}.
 */
public final class RangeStateMachine {
  private static final Command NO_WRITES = new Command(Timestamp.MIN, List.of());

  /** Answers a write that came after the range was frozen. It did nothing. */
  static final KvResponse FROZEN =
      new KvResponse.Failed(
          ErrorCode.RANGE_MOVED, "the range is about to be merged with its left-hand neighbour");

  /** Told how far the state has become visible, before the locks that this ends are released. */
  @FunctionalInterface
  public interface Visibility {
    /**
     * @param span the range's keys as of then
     */
    void upTo(AppliedState applied, KeySpan span);
  }

  private final StateStore store;
  private final RecentWrites recent = new RecentWrites();
  private final TxnSteps transactions;
  private final Visibility visibility;
  private AppliedState applied;
  private RangeDescriptor descriptor;
  private @Nullable Split split;
  private @Nullable LockTable rightLocks;
  // Whether there are records in the store that an entry has removed.
  private boolean showsRemoved;

  /**
   * What a SPLIT entry has made of the range: whoever applied it gives the right-hand range its
   * records in the same batch, and starts it afterwards.
   *
   * @param before how far the undivided range had come
   */
  public record Split(RangeDescriptor left, RangeDescriptor right, AppliedState before) {}

  /**
   * Goes on from what is stored.
   *
   * @param locks those stored in the range; kept up to date from now on
   */
  public RangeStateMachine(
      StateStore store,
      AppliedState applied,
      RangeDescriptor descriptor,
      LockTable locks,
      Visibility visibility) {
    this.store = store;
    this.visibility = visibility;
    this.transactions = new TxnSteps(store, locks, recent, applied.clock());
    this.applied = applied;
    this.descriptor = descriptor;
  }

  /** To be called after the batches that entries were applied into have been committed. */
  public void visible() {
    visibility.upTo(applied, descriptor.span());
    showsRemoved = false;
    transactions.visible();
  }

  /**
   * Forgets the locks of keys that a split has given away, once nobody reads those keys here; the
   * right-hand range reads them from the store.
   */
  void forgetLocksGivenAway() {
    transactions.keepLocks(descriptor.span());
  }

  public AppliedState applied() {
    return applied;
  }

  public RangeDescriptor descriptor() {
    return descriptor;
  }

  /** The split that the entry applied last has brought, once; null when it has brought none. */
  public @Nullable Split takeSplit() {
    Split taken = split;
    split = null;
    return taken;
  }

  /**
   * Whether the next entry can be applied without waiting for the disk. Looks into the store's
   * memory for it; {@link #apply} of the same entry must follow, on whatever thread.
   */
  boolean isLight(LogEntry entry, Command command) {
    return switch (entry.kind()) {
      case NOOP, MEMBERSHIP -> true;
      case SPLIT, MERGE -> false;
      case COMMAND -> !reads(command) || (!asks(command) && foresees(command));
    };
  }

  private boolean foresees(Command command) {
    for (KvRequest.Write write : command.writes()) {
      if (write instanceof KvRequest.TxnStep step
          && !transactions.foresee(step, applied.horizon())) {
        return false;
      }
    }
    return true;
  }

  /**
   * Applies the next entry into a batch; its effects and its position become visible with the
   * batch's commit, and not apart.
   *
   * @param command what {@link #decode} made of the entry
   * @return one answer per write of a COMMAND entry, in order; empty for others
   */
  public List<KvResponse> apply(LogEntry entry, Command command, StateStore.Batch batch) {
    Invariant.check(
        entry.index() == applied.position().index() + 1,
        "%s applies entry %d after %d",
        descriptor.id(),
        entry.index(),
        applied.position().index());
    LogPosition position = new LogPosition(entry.index(), entry.term());
    return switch (entry.kind()) {
      case NOOP -> {
        finish(position, applied.clock(), batch);
        yield List.of();
      }
      case MEMBERSHIP -> {
        applyMembership(DescriptorCodec.decodeMembership(entry.data()), batch);
        finish(position, applied.clock(), batch);
        yield List.of();
      }
      case SPLIT -> {
        applySplit(SplitCommand.decode(entry.data()), batch);
        finish(position, applied.clock(), batch);
        yield List.of();
      }
      case MERGE -> {
        applyMerge(MergeCommand.decode(entry.data()), position, batch);
        finish(position, applied.clock(), batch);
        yield List.of();
      }
      case COMMAND ->
          applied.merging() instanceof Merging.Frozen
              ? refuse(position, command, batch)
              : applyCommand(position, command, new WatchedBatch(batch, recent));
    };
  }

  /** The writes of an entry; none for entries that are not commands. */
  public static Command decode(LogEntry entry) {
    return entry.kind() == LogEntry.Kind.COMMAND ? CommandCodec.decode(entry.data()) : NO_WRITES;
  }

  /** Whether what a command does depends on the state. */
  private static boolean reads(Command command) {
    for (KvRequest.Write write : command.writes()) {
      if (reads(write)) {
        return true;
      }
    }
    return false;
  }

  /** Nothing, the clock included, changes while the range is frozen. */
  private List<KvResponse> refuse(LogPosition position, Command command, StateStore.Batch batch) {
    finish(position, applied.clock(), batch);
    return Collections.nCopies(command.writes().size(), FROZEN);
  }

  private List<KvResponse> applyCommand(
      LogPosition position, Command command, StateStore.Batch batch) {
    boolean reads = reads(command);
    boolean asks = reads && asks(command);
    if (asks) {
      // The entries before this one may become durable without it; never a part of it: so the batch
      // is closed here and not between two writes.
      batch.commit();
      visible();
    }
    transactions.beginEntry(asks);
    BatchOverlay entry = new BatchOverlay(this::current);
    Timestamp clock = applied.clock();
    var answers = new ArrayList<KvResponse>(command.writes().size());
    for (KvRequest.Write write : command.writes()) {
      clock = clock.next().max(command.clock());
      if (!owns(write)) {
        answers.add(
            new KvResponse.Failed(
                ErrorCode.RANGE_MOVED,
                "the key left " + descriptor.id() + " before it was written"));
        continue;
      }
      Lock lock = transactions.blocking(write);
      if (lock != null) {
        answers.add(new KvResponse.Blocked(lock.key()));
      } else if (write instanceof KvRequest.TxnStep step) {
        answers.add(transactions.apply(step, clock, applied.horizon(), batch, entry));
      } else if (write instanceof KvRequest.RaiseHorizon raise) {
        answers.add(raise(raise, clock, batch));
      } else if (reads) {
        answers.add(applyReading(write, clock, batch, entry));
      } else {
        answers.add(applyBlind(write, clock, batch));
      }
    }
    transactions.endEntry();
    finish(position, clock, batch);
    return answers;
  }

  /** Whether the outcome of a write depends on the state. */
  private static boolean reads(KvRequest.Write write) {
    return switch (write) {
      case KvRequest.Put put -> false;
      case KvRequest.Delete delete -> false;
      case KvRequest.DeleteRange range -> true;
      case KvRequest.CompareAndSet compare -> true;
      case KvRequest.RaiseHorizon raise -> true;
      case KvRequest.TxnStep step -> true;
      case KvRequest.Batch batch -> batch.writes().stream().anyMatch(RangeStateMachine::reads);
    };
  }

  /** Whether the store must show all earlier entries for this one to be applied. */
  private boolean asks(Command command) {
    if (showsRemoved) {
      return true;
    }
    for (KvRequest.Write write : command.writes()) {
      boolean asks =
          write instanceof KvRequest.TxnStep step
              ? transactions.asks(step, applied.clock())
              : reads(write);
      if (asks) {
        return true;
      }
    }
    return false;
  }

  private boolean owns(KvRequest.Write write) {
    return OwnedKeys.all(descriptor.span(), write);
  }

  private void finish(LogPosition position, Timestamp clock, StateStore.Batch batch) {
    applied = applied.advance(position, clock);
    batch.putLocal(descriptor.id(), LocalRecord.APPLIED, applied.encode());
  }

  private void applyMembership(Membership members, StateStore.Batch batch) {
    // Its members are those of the range that is about to own its keys, or they would be lost.
    Invariant.check(
        !(applied.merging() instanceof Merging.Frozen),
        "%s is frozen and gets members %s",
        descriptor,
        members);
    long next = descriptor.nextReplicaId();
    for (var member : members.members()) {
      next = Math.max(next, member.replica().value() + 1);
    }
    descriptor =
        new RangeDescriptor(
            descriptor.id(), descriptor.span(), descriptor.generation() + 1, members, next);
    batch.putLocal(descriptor.id(), LocalRecord.DESCRIPTOR, DescriptorCodec.encode(descriptor));
  }

  /** No version moves: the keys of both ranges stay where they are. */
  private void applySplit(SplitCommand command, StateStore.Batch batch) {
    KeySpan span = descriptor.span();
    boolean inside = span.contains(command.key()) && !span.start().equals(command.key());
    if (descriptor.generation() != command.generation() || !inside || applied.merging() != null) {
      return;
    }
    RangeDescriptor left = cut(descriptor.id(), new KeySpan(span.start(), command.key()));
    RangeDescriptor right = cut(command.right(), new KeySpan(command.key(), span.end()));
    split = new Split(left, right, applied);
    descriptor = left;
    batch.putLocal(left.id(), LocalRecord.DESCRIPTOR, DescriptorCodec.encode(left));
  }

  private void applyMerge(MergeCommand step, LogPosition at, StateStore.Batch batch) {
    var before = new MergeStep.Shape(descriptor, applied);
    MergeStep.Shape after = MergeStep.apply(before, step, at);
    if (step instanceof MergeCommand.TakeOver take && after != before) {
      LockTable locks = rightLocks;
      if (locks == null) {
        throw new Invariant.Violation(descriptor + " was not given what it takes over: " + take);
      }
      // Before anybody can see that the keys are this range's.
      transactions.tookOver(locks, before.descriptor().span(), take.clock());
      rightLocks = null;
    }
    applied = after.applied();
    if (after.descriptor() != descriptor) {
      descriptor = after.descriptor();
      batch.putLocal(descriptor.id(), LocalRecord.DESCRIPTOR, DescriptorCodec.encode(descriptor));
    }
  }

  /** Whether the step would take the right-hand range over if it were applied next. */
  boolean takesOver(MergeCommand.TakeOver step) {
    return MergeStep.takesOver(new MergeStep.Shape(descriptor, applied), step);
  }

  /**
   * The right-hand range has given itself up to the step that is applied next.
   *
   * @param locks of its keys, which do not change any more
   */
  void inherits(LockTable locks) {
    rightLocks = locks;
  }

  /** Both are newer than the whole was: what is known of a key goes by its generation. */
  private RangeDescriptor cut(RangeId id, KeySpan span) {
    return new RangeDescriptor(
        id, span, descriptor.generation() + 1, descriptor.members(), descriptor.nextReplicaId());
  }

  private KvResponse applyBlind(KvRequest.Write write, Timestamp at, StateStore.Batch batch) {
    return switch (write) {
      case KvRequest.Put put -> {
        batch.put(put.key(), at, put.value());
        yield new KvResponse.Written(at);
      }
      case KvRequest.Delete delete -> {
        batch.delete(delete.key(), at);
        yield new KvResponse.Written(at);
      }
      case KvRequest.Batch several -> {
        var answers = new ArrayList<KvResponse>(several.writes().size());
        for (KvRequest.Write inner : several.writes()) {
          answers.add(applyBlind(inner, at, batch));
        }
        yield new KvResponse.BatchDone(true, answers);
      }
      case KvRequest.DeleteRange range -> throw notBlind(range);
      case KvRequest.CompareAndSet compare -> throw notBlind(compare);
      case KvRequest.RaiseHorizon raise -> throw notBlind(raise);
      case KvRequest.TxnStep step -> throw notBlind(step);
    };
  }

  private static Invariant.Violation notBlind(KvRequest.Write write) {
    return new Invariant.Violation("not a blind write: " + write.getClass().getSimpleName());
  }

  private KvResponse applyReading(
      KvRequest.Write write, Timestamp at, StateStore.Batch batch, BatchOverlay entry) {
    if (write instanceof KvRequest.DeleteRange range) {
      return deleteRange(range, at, batch);
    }
    BatchOverlay own = new BatchOverlay(entry::read);
    KvResponse answer = own.apply(write, at);
    boolean matched =
        switch (answer) {
          case KvResponse.Compared compared -> compared.swapped();
          case KvResponse.BatchDone done -> done.applied();
          default -> true;
        };
    if (matched) {
      own.writeTo(batch, at);
      entry.absorb(own);
    }
    return answer;
  }

  /** The only write of its entry, as a range deletion. */
  private KvResponse raise(KvRequest.RaiseHorizon raise, Timestamp at, StateStore.Batch batch) {
    if (descriptor.span().end().compareTo(raise.upTo()) <= 0) {
      applied = HorizonStep.raised(applied, raise, at, transactions.lowestBound());
    }
    showsRemoved = true;
    transactions.removedRecords(at);
    return HorizonStep.removeRecords(store, descriptor.span(), raise, applied.horizon(), batch);
  }

  /** The only write of its entry: it looks at the store alone. */
  private KvResponse deleteRange(
      KvRequest.DeleteRange delete, Timestamp at, StateStore.Batch batch) {
    KeySpan span =
        new KeySpan(
            Key.max(delete.span().start(), descriptor.span().start()),
            Key.min(delete.span().end(), descriptor.span().end()));
    long deleted = 0;
    @Nullable Key resume = null;
    try (StateStore.Scan scan = store.scan(span, Timestamp.MAX, false)) {
      while (resume == null && scan.next()) {
        if (deleted == delete.maxKeys()) {
          resume = scan.key();
        } else {
          batch.delete(scan.key(), at);
          deleted++;
        }
      }
    }
    if (resume == null && span.end().compareTo(delete.span().end()) < 0) {
      resume = span.end();
    }
    return new KvResponse.RangeDeleted(deleted, resume, at);
  }

  private byte @Nullable [] current(Key key) {
    StateStore.Version version = store.newest(key, Timestamp.MAX, StateStore.ReadMode.MAY_BLOCK);
    return version == null ? null : version.value();
  }
}
