package dev.troupe.loadgen.verify;

import dev.troupe.loadgen.client.Operation;
import dev.troupe.loadgen.client.Outcome;
import dev.troupe.loadgen.report.OperationKind;
import dev.troupe.loadgen.run.Script;
import dev.troupe.loadgen.workload.Distribution;
import dev.troupe.loadgen.workload.OperationMix;
import dev.troupe.protocol.error.ErrorCode.Retry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;

/**
 * A user of a verified run: reads and writes only keys of its own and judges each answer. A write
 * is never sent twice: a repetition is a new write with a new number, since the first may still
 * come.
 */
final class VerifiedScript implements Script {
  private static final int PERCENT = 100;
  private static final int SCAN_ROWS_MAX = 100;

  private final Verification verification;
  private final int user;
  private final OperationMix mix;
  private final Distribution.Chooser chooser;
  private final SplittableRandom random;
  private final Map<Long, TrackedKey> owned = new HashMap<>();
  private final List<TrackedKey> inserted = new ArrayList<>();

  private OperationKind kind = OperationKind.READ;
  private TrackedKey key;
  private boolean readDone;
  private long sequence;

  VerifiedScript(
      Verification verification,
      int user,
      OperationMix mix,
      Distribution.Chooser chooser,
      SplittableRandom random) {
    this.verification = verification;
    this.user = user;
    this.mix = mix;
    this.chooser = chooser;
    this.random = random;
    this.key = own(user);
  }

  Collection<TrackedKey> keys() {
    return owned.values();
  }

  @Override
  public boolean advance() {
    kind = mix.kind(random.nextInt(PERCENT));
    key = kind == OperationKind.INSERT ? insert() : choose();
    readDone = false;
    return true;
  }

  @Override
  public OperationKind kind() {
    return kind;
  }

  @Override
  public Operation operation() {
    return switch (kind) {
      case READ, VERIFY -> new Operation.Get(key.key());
      case UPDATE, INSERT, LOAD -> write();
      case SCAN -> new Operation.Scan(key.key(), 1 + random.nextInt(SCAN_ROWS_MAX));
      case READ_MODIFY_WRITE -> readDone ? write() : new Operation.Get(key.key());
      case TRANSFER, TRANSACTION -> throw new IllegalStateException("not of one key: " + kind);
    };
  }

  @Override
  public boolean onAnswer(Outcome outcome) {
    boolean onlyRead = kind == OperationKind.READ_MODIFY_WRITE && !readDone;
    readDone = true;
    switch (outcome) {
      case Outcome.Found found -> onFound(found);
      case Outcome.Written written -> onWritten(written.version());
      case Outcome.Scanned scanned -> {}
      case Outcome.Failed failed -> throw new IllegalArgumentException(failed.toString());
    }
    return !onlyRead;
  }

  @Override
  public boolean onFailed(Outcome.Failed failure) {
    boolean sentWrite = sequence != OwnedKey.ABSENT;
    if (sentWrite && failure.retry() != Retry.UNKNOWN_OUTCOME) {
      key.register().refused(sequence);
      verification.log(Ledger.Event.REFUSED, key, sequence, 0);
    }
    sequence = OwnedKey.ABSENT;
    return failure.retry() != Retry.NEVER;
  }

  private Operation write() {
    sequence = key.register().begin();
    verification.log(Ledger.Event.BEGUN, key, sequence, 0);
    return new Operation.Put(key.key(), verification.seal(key, sequence));
  }

  private void onWritten(long version) {
    verification.log(Ledger.Event.ACKNOWLEDGED, key, sequence, version);
    key.register()
        .acknowledged(sequence, version)
        .ifPresent(finding -> verification.findings().add(key.key(), finding));
    sequence = OwnedKey.ABSENT;
  }

  private void onFound(Outcome.Found found) {
    boolean doubtful = key.register().inDoubtWrites() > 0;
    key.judge(found, verification.findings());
    if (doubtful && key.register().settledSequence() != OwnedKey.ABSENT) {
      long settled = key.register().settledSequence();
      verification.log(Ledger.Event.OBSERVED, key, settled, found.version());
    }
  }

  /** The own key next to the one drawn. */
  private TrackedKey choose() {
    long initial = verification.scope().keys();
    long existing = verification.keys().existing();
    long drawn = chooser.next(existing);
    if (drawn >= initial && !inserted.isEmpty()) {
      // Counted from the newest one, as it was drawn.
      return inserted.get(inserted.size() - 1 - (int) ((existing - 1 - drawn) % inserted.size()));
    }
    int users = verification.scope().users();
    long within = drawn % initial;
    long aligned = within - within % users + user;
    return own(aligned < initial ? aligned : aligned - users);
  }

  private TrackedKey own(long index) {
    return Objects.requireNonNull(owned.computeIfAbsent(index, verification::track));
  }

  private TrackedKey insert() {
    TrackedKey fresh = own(verification.keys().insert());
    inserted.add(fresh);
    return fresh;
  }
}
