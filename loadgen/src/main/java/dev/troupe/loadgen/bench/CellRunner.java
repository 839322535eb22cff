package dev.troupe.loadgen.bench;

import dev.troupe.loadgen.client.LoadClient;
import dev.troupe.loadgen.report.Summary;
import dev.troupe.loadgen.run.LoadRun;
import dev.troupe.loadgen.run.Script;
import dev.troupe.loadgen.workload.Distribution;
import dev.troupe.loadgen.workload.Keys;
import dev.troupe.loadgen.workload.LoadScript;
import dev.troupe.loadgen.workload.MixScript;
import dev.troupe.loadgen.workload.OperationMix;
import dev.troupe.loadgen.workload.ValuePool;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;

/** Runs measurements against one contender over one connection that stays open between them. */
final class CellRunner implements AutoCloseable {
  private static final int BATCHES_UNDER_WAY = 16;
  private static final Duration LOAD_AT_MOST = Duration.ofMinutes(30);
  private static final int SEED = 17;

  private final Contender contender;
  private final LoadClient client;
  private final ValuePool values;

  CellRunner(Contender contender, int valueBytes) {
    this.contender = contender;
    this.client = contender.open();
    this.values = new ValuePool(valueBytes, SEED);
  }

  Contender contender() {
    return contender;
  }

  /** Puts or gets, uniformly over keys that were loaded before. */
  CellResult measure(Cell cell, long keyCount, Duration ramp, Duration duration)
      throws InterruptedException {
    Keys keys = new Keys(Keys.LOADED_PREFIX, keyCount);
    OperationMix mix = OperationMix.readsAndUpdates(cell.kind() == Cell.Kind.GET ? 100 : 0);
    LoadRun.Plan plan = new LoadRun.Plan(cell.clients(), ramp, duration, Long.MAX_VALUE, 0);
    return run(plan, user -> mixScript(mix, keys, user), 1);
  }

  /** Half puts, half gets: brings compilers and caches into the state of work. */
  void warmUp(int clients, long keyCount, Duration duration) throws InterruptedException {
    Keys keys = new Keys(Keys.LOADED_PREFIX, keyCount);
    LoadRun.Plan plan = LoadRun.Plan.untilDone(clients, duration);
    run(plan, user -> mixScript(OperationMix.readsAndUpdates(50), keys, user), 1);
  }

  /**
   * Writes rows in batches; the operations of the result are rows, its latencies are of batches.
   */
  CellResult load(String prefix, long rows, int batch) throws InterruptedException {
    Keys keys = new Keys(prefix, rows);
    AtomicLong next = new AtomicLong();
    LoadRun.Plan plan = LoadRun.Plan.untilDone(BATCHES_UNDER_WAY, LOAD_AT_MOST);
    CellResult result =
        run(plan, user -> new LoadScript(keys, values, batch, next), (int) Math.min(batch, rows));
    if (result.operations() < rows) {
      throw new IllegalStateException(
          contender.label() + " took " + result.operations() + " of " + rows + " rows");
    }
    return result;
  }

  @Override
  public void close() {
    client.close();
  }

  private Script mixScript(OperationMix mix, Keys keys, int user) {
    SplittableRandom random = new SplittableRandom(SEED + user);
    Distribution.Shared shared = new Distribution.Shared(Distribution.UNIFORM, keys.existing());
    return new MixScript(mix, keys, Distribution.UNIFORM.chooser(shared, random), values, random);
  }

  private CellResult run(LoadRun.Plan plan, IntFunction<Script> scripts, int rowsPerOperation)
      throws InterruptedException {
    UsageMeter usage = new UsageMeter(contender, LOAD_AT_MOST);
    Summary summary = new LoadRun(plan, usage).execute(client, scripts);
    return usage.result(summary, rowsPerOperation);
  }
}
