package dev.troupe.loadgen.limits;

import dev.troupe.client.TroupeClient;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** A transaction over very many ranges. */
@Command(
    name = "spread",
    description = "Writes one key in each of many ranges, again and again; split them before.")
final class SpreadCommand extends LimitCommand {
  private static final String PREFIX = "spread";

  @Option(names = "--ranges", defaultValue = "50")
  private int ranges;

  @Option(names = "--repetitions", defaultValue = "20")
  private int repetitions;

  @Override
  void run(TroupeClient client) {
    List<Long> millis = new ArrayList<>();
    for (int round = 1; round <= repetitions; round++) {
      byte[] value = {(byte) round};
      long begin = System.nanoTime();
      client.transact(
          tx -> {
            for (int i = 0; i < ranges; i++) {
              tx.put(key(PREFIX, i), value);
            }
          });
      millis.add(millisSince(begin));
    }
    int found =
        client.transaction(
            tx -> {
              int same = 0;
              for (int i = 0; i < ranges; i++) {
                byte[] value = tx.get(key(PREFIX, i));
                same += value != null && value[0] == (byte) repetitions ? 1 : 0;
              }
              return same;
            });
    long first = millis.getFirst();
    millis.sort(null);
    say(
        "committed %d keys in as many ranges: first %d ms, then median %d ms, slowest %d ms",
        found, first, millis.get(millis.size() / 2), millis.getLast());
  }
}
