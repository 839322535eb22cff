package dev.troupe.loadgen.limits;

import dev.troupe.client.Scan;
import dev.troupe.client.TroupeClient;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How much of a large transaction is there, and how long its locks are in a reader's way. */
@Command(name = "count", description = "Counts keys as of one moment.")
final class CountCommand extends LimitCommand {
  @Option(names = "--prefix", defaultValue = "large")
  private String prefix = "";

  @Override
  void run(TroupeClient client) {
    byte[] start = (prefix + "/").getBytes(StandardCharsets.UTF_8);
    byte[] end = (prefix + "0").getBytes(StandardCharsets.UTF_8);
    long begin = System.nanoTime();
    int found = client.transaction(tx -> tx.scan(Scan.of(start, end)).size());
    say("counted %d in %d ms", found, millisSince(begin));
  }
}
