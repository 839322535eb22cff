package dev.troupe.sql.exec;

import dev.troupe.sql.kv.KvTransaction;
import dev.troupe.sql.plan.PlanNode;
import org.jspecify.annotations.Nullable;

/** Counts what a step does, when somebody wants to know. */
record MeasuredStep(PlanNode node, Step step) implements Step {
  @Override
  public Operator open(Execution run) {
    return measured(run, step);
  }

  @Override
  public Operator open(Execution run, long wanted) {
    return measured(run, opened -> step.open(opened, wanted));
  }

  private Operator measured(Execution run, Step opened) {
    Profile profile = run.context().profile();
    return profile == null
        ? opened.open(run)
        : new MeasuredOperator(profile, profile.counting(node), run, opened);
  }

  private static final class MeasuredOperator implements Operator {
    private final Profile profile;
    private final Profile.Counters counters;
    private final Execution run;
    private final Operator measured;

    MeasuredOperator(Profile profile, Profile.Counters counters, Execution run, Step step) {
      this.profile = profile;
      this.counters = counters;
      this.run = run;
      counters.loops++;
      long begun = profile.nanos();
      measured = step.open(run);
      counters.nanos += profile.nanos() - begun;
    }

    @Override
    public @Nullable RowBatch next() {
      long begun = profile.nanos();
      KvTransaction.Counts before = run.kv().counts();
      RowBatch batch = measured.next();
      KvTransaction.Counts after = run.kv().counts();
      counters.nanos += profile.nanos() - begun;
      counters.roundTrips += after.roundTrips() - before.roundTrips();
      counters.kvRows += after.rows() - before.rows();
      counters.kvLooked += after.looked() - before.looked();
      counters.kvBytes += after.bytes() - before.bytes();
      counters.rows += batch == null ? 0 : batch.size();
      return batch;
    }

    @Override
    public long changedRows() {
      return measured.changedRows();
    }

    @Override
    public void close() {
      measured.close();
    }
  }
}
