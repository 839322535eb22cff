package dev.troupe.loadgen.limits;

import dev.troupe.client.TroupeClient;
import dev.troupe.client.TroupeClientException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** A transaction that stays open for long between its reads and its commit. */
@Command(
    name = "long",
    description = "Keeps a transaction open, and then another one beyond its deadline.")
final class LongCommand extends LimitCommand {
  private static final String PREFIX = "long";
  private static final Duration SLACK = Duration.ofSeconds(20);

  @Option(names = "--open-seconds", defaultValue = "30")
  private int openSeconds;

  @Option(names = "--deadline-seconds", defaultValue = "3", description = "Of the second one.")
  private int deadlineSeconds;

  @Override
  void run(TroupeClient client) throws InterruptedException {
    client.transact(tx -> tx.put(key(PREFIX, 0), new byte[] {1}));
    Duration open = Duration.ofSeconds(openSeconds);
    long[] asked = new long[1];
    client.transact(
        once(open.plus(SLACK)),
        tx -> {
          byte[] read = tx.get(key(PREFIX, 0));
          tx.put(key(PREFIX, 1), read == null ? new byte[0] : read);
          pass(open);
          asked[0] = System.nanoTime();
        });
    say("committed after %d s, in %d ms", openSeconds, millisSince(asked[0]));
    tooLong(client);
    boolean left = client.transaction(tx -> tx.get(key(PREFIX, 2)) != null);
    say("afterwards %s", left ? "something was written" : "nothing was written");
  }

  private void tooLong(TroupeClient client) throws InterruptedException {
    Duration deadline = Duration.ofSeconds(deadlineSeconds);
    long begin = System.nanoTime();
    try {
      client.transact(
          once(deadline),
          tx -> {
            tx.put(key(PREFIX, 2), new byte[] {1});
            tx.get(key(PREFIX, 0));
            pass(deadline.plusSeconds(1));
          });
      say("expired without an error");
    } catch (TroupeClientException e) {
      say("expired after %d ms: %s", millisSince(begin), e.getMessage());
    }
  }

  /** The user thinks. */
  private static void pass(Duration time) throws InterruptedException {
    boolean early = new CountDownLatch(1).await(time.toMillis(), TimeUnit.MILLISECONDS);
    if (early) {
      throw new IllegalStateException("nobody counts down");
    }
  }
}
