package dev.troupe.loadgen.workload;

import com.google.protobuf.ByteString;
import dev.troupe.loadgen.client.Operation;
import dev.troupe.loadgen.client.Outcome;
import dev.troupe.loadgen.report.OperationKind;
import dev.troupe.loadgen.run.Script;
import dev.troupe.protocol.error.ErrorCode.Retry;
import java.util.SplittableRandom;

/** Draws kinds and keys without remembering anything: for measurements. */
public final class MixScript implements Script {
  private static final int SCAN_ROWS_MAX = 100;
  private static final int PERCENT = 100;

  private final OperationMix mix;
  private final Keys keys;
  private final Distribution.Chooser chooser;
  private final ValuePool values;
  private final SplittableRandom random;

  private OperationKind kind = OperationKind.READ;
  private ByteString key = ByteString.EMPTY;
  private boolean readDone;

  public MixScript(
      OperationMix mix,
      Keys keys,
      Distribution.Chooser chooser,
      ValuePool values,
      SplittableRandom random) {
    this.mix = mix;
    this.keys = keys;
    this.chooser = chooser;
    this.values = values;
    this.random = random;
  }

  @Override
  public boolean advance() {
    kind = mix.kind(random.nextInt(PERCENT));
    boolean insert = kind == OperationKind.INSERT;
    key = keys.key(insert ? keys.insert() : chooser.next(keys.existing()));
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
      case READ, VERIFY -> new Operation.Get(key);
      case UPDATE, INSERT, LOAD -> put();
      case SCAN -> new Operation.Scan(key, 1 + random.nextInt(SCAN_ROWS_MAX));
      case READ_MODIFY_WRITE -> readDone ? put() : new Operation.Get(key);
      case TRANSFER, TRANSACTION -> throw new IllegalStateException("not of one key: " + kind);
    };
  }

  @Override
  public boolean onAnswer(Outcome outcome) {
    boolean onlyRead = kind == OperationKind.READ_MODIFY_WRITE && !readDone;
    readDone = true;
    return !onlyRead;
  }

  @Override
  public boolean onFailed(Outcome.Failed failure) {
    // These writes are idempotent: a lost answer is no reason to give up.
    return failure.retry() != Retry.NEVER;
  }

  private Operation put() {
    return new Operation.Put(key, values.value(random.nextInt()));
  }
}
