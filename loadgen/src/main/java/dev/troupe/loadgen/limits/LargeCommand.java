package dev.troupe.loadgen.limits;

import dev.troupe.client.TroupeClient;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** A transaction that writes very many keys. */
@Command(name = "large", description = "Writes many keys in one transaction.")
final class LargeCommand extends LimitCommand {
  @Option(names = "--keys", defaultValue = "100000")
  private int keys;

  @Option(names = "--value-size", defaultValue = "100")
  private int valueBytes;

  @Option(names = "--prefix", defaultValue = "large")
  private String prefix = "";

  @Override
  void run(TroupeClient client) {
    byte[] value = new byte[valueBytes];
    long[] asked = new long[1];
    long begin = System.nanoTime();
    client.transact(
        once(Duration.ofSeconds(59)),
        tx -> {
          for (int i = 0; i < keys; i++) {
            tx.put(key(prefix, i), value);
          }
          // Answered behind all the writes, so that commit is all that remains.
          tx.get(key(prefix, 0));
          say("committing after %d ms", millisSince(begin));
          asked[0] = System.nanoTime();
        });
    say("committed %d keys in %d ms", keys, millisSince(asked[0]));
  }
}
