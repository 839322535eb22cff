package dev.troupe.loadgen.verify;

import dev.troupe.loadgen.client.LoadClient;
import dev.troupe.loadgen.client.Operation;
import dev.troupe.loadgen.client.Outcome;
import dev.troupe.loadgen.report.OperationKind;
import dev.troupe.loadgen.run.LoadRun;
import dev.troupe.loadgen.run.Script;
import dev.troupe.protocol.error.ErrorCode.Retry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;

/** Reads every key once more at the end and judges it. What stays unreadable is a finding too. */
final class ReadBack {
  private final List<TrackedKey> keys;
  private final Findings findings;
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicIntegerArray answered;

  ReadBack(List<TrackedKey> keys, Findings findings) {
    this.keys = List.copyOf(keys);
    this.findings = findings;
    this.answered = new AtomicIntegerArray(keys.size());
  }

  /**
   * @param patience how long errors are met with repetition
   */
  void execute(LoadClient client, int users, Duration patience) throws InterruptedException {
    LoadRun.Plan plan = LoadRun.Plan.untilDone(users, patience);
    new LoadRun(plan, (now, warmingUp, latencies, errors) -> {})
        .execute(client, user -> new KeyReader());
    for (int i = 0; i < keys.size(); i++) {
      if (answered.get(i) == 0) {
        findings.add(
            keys.get(i).key(),
            new Finding(
                Finding.Kind.UNREADABLE, "no answer within " + patience.toSeconds() + " s"));
      }
    }
  }

  /** One of the readers; they take the keys in turn. */
  private final class KeyReader implements Script {
    private int index;

    @Override
    public boolean advance() {
      index = next.getAndIncrement();
      return index < keys.size();
    }

    @Override
    public OperationKind kind() {
      return OperationKind.VERIFY;
    }

    @Override
    public Operation operation() {
      return new Operation.Get(keys.get(index).key());
    }

    @Override
    public boolean onAnswer(Outcome outcome) {
      if (outcome instanceof Outcome.Found found) {
        keys.get(index).judge(found, findings);
        answered.set(index, 1);
      }
      return true;
    }

    @Override
    public boolean onFailed(Outcome.Failed failure) {
      return failure.retry() != Retry.NEVER;
    }
  }
}
