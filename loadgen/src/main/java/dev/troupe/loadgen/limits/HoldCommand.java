package dev.troupe.loadgen.limits;

import dev.troupe.client.TroupeClient;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Holds keys until it is killed. */
@Command(name = "hold", description = "Locks keys in a transaction, says so, and does not end.")
final class HoldCommand extends LimitCommand {
  static final String HOLDING = "holding";

  @Option(names = "--keys", defaultValue = "16")
  private int keys;

  @Override
  void run(TroupeClient client) throws InterruptedException {
    client.transact(
        once(Duration.ofHours(1)),
        tx -> {
          for (int i = 0; i < keys; i++) {
            tx.getForUpdate(key(VanishCommand.PREFIX, i));
            tx.put(key(VanishCommand.PREFIX, i), new byte[] {1});
          }
          tx.get(key(VanishCommand.PREFIX, 0));
          say(HOLDING);
          new CountDownLatch(1).await();
        });
  }
}
