package dev.troupe.loadgen.bench;

import dev.troupe.client.TransactionOptions;
import dev.troupe.client.TroupeClient;
import dev.troupe.client.TroupeClientException;
import dev.troupe.loadgen.client.OneShotDialect;
import dev.troupe.loadgen.client.Outcome;
import dev.troupe.loadgen.report.OperationKind;
import dev.troupe.loadgen.report.RunStats;
import dev.troupe.loadgen.run.BlockingUser;
import dev.troupe.loadgen.run.LoadRun;
import java.time.Duration;
import java.util.SplittableRandom;

/**
 * Runs transactions against one contender over one connection. Attempts that were in each other's
 * way count as errors of the result, and their transactions are run again.
 */
final class TxnCellRunner implements AutoCloseable {
  private static final int SEED = 17;
  private static final int LOAD_BATCH = 100;
  private static final Duration DEADLINE = Duration.ofSeconds(20);
  private static final Duration CELL_AT_MOST = Duration.ofMinutes(30);

  private final CellRunner plain;
  private final CellRunner oneShot;
  private final TroupeClient client;
  private final long accounts;
  private final byte[] value;

  TxnCellRunner(Contender contender, long accounts, int valueBytes) {
    this.plain = new CellRunner(contender, valueBytes);
    this.oneShot = new CellRunner(contender.speaking(OneShotDialect.INSTANCE), valueBytes);
    this.client =
        TroupeClient.connect(
            contender.endpoints().stream().map(Object::toString).toArray(String[]::new));
    this.accounts = accounts;
    this.value = new byte[valueBytes];
  }

  Contender contender() {
    return plain.contender();
  }

  /** Writes all accounts, and what plain puts overwrite. */
  void load() throws InterruptedException {
    plain.load(dev.troupe.loadgen.workload.Keys.LOADED_PREFIX, accounts, LOAD_BATCH);
    plain.load(TxnCell.LEFT, accounts, LOAD_BATCH);
    plain.load(TxnCell.RIGHT, accounts, LOAD_BATCH);
  }

  CellResult measure(TxnCell cell, int clients, Duration ramp, Duration duration)
      throws InterruptedException {
    if (cell == TxnCell.PLAIN_PUT || cell == TxnCell.EXECUTE_PUT) {
      CellRunner runner = cell == TxnCell.PLAIN_PUT ? plain : oneShot;
      return runner.measure(new Cell(Cell.Kind.PUT, clients), accounts, ramp, duration);
    }
    UsageMeter usage = new UsageMeter(plain.contender(), CELL_AT_MOST);
    LoadRun run = new LoadRun(new LoadRun.Plan(clients, ramp, duration, Long.MAX_VALUE, 0), usage);
    return usage.result(run.executeBlocking(user -> user(cell, user, run.stats())), 1);
  }

  private BlockingUser user(TxnCell cell, int user, RunStats stats) {
    SplittableRandom random = new SplittableRandom(SEED + user);
    TransactionOptions options =
        TransactionOptions.DEFAULT
            .withDeadline(DEADLINE)
            .withOnRetry(why -> stats.recordFailure(failed(why)));
    return start -> {
      try {
        cell.run(client, options, random, accounts, value);
        stats.record(OperationKind.TRANSACTION, System.nanoTime() - start);
      } catch (TroupeClientException e) {
        stats.recordFailure(failed(e));
      }
    };
  }

  private static Outcome.Failed failed(TroupeClientException e) {
    return new Outcome.Failed(e.reason(), String.valueOf(e.getMessage()), e.retry());
  }

  @Override
  public void close() {
    client.close();
    oneShot.close();
    plain.close();
  }
}
