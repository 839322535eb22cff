package dev.troupe.loadgen;

import com.google.protobuf.ByteString;
import dev.troupe.loadgen.client.LoadClient;
import dev.troupe.loadgen.client.Operation;
import dev.troupe.loadgen.client.Outcome;
import dev.troupe.protocol.error.ErrorCode.Retry;
import java.time.Duration;
import java.util.Optional;

/** Finds out before a run whether there is anybody to run against. */
final class ClusterProbe {
  private static final ByteString PROBE_KEY = ByteString.copyFromUtf8("user-probe");
  private static final long PAUSE_MILLIS = 100;

  private ClusterProbe() {}

  /**
   * Waits until a read succeeds.
   *
   * @return why none did, or empty when one did
   */
  static Optional<String> awaitService(LoadClient client, Duration patience)
      throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    while (true) {
      Outcome outcome = client.send(0, new Operation.Get(PROBE_KEY)).join();
      if (!(outcome instanceof Outcome.Failed failed)) {
        return Optional.empty();
      }
      if (failed.retry() == Retry.NEVER || System.nanoTime() - end >= 0) {
        return Optional.of(failed.reason() + ": " + failed.message());
      }
      Thread.sleep(PAUSE_MILLIS);
    }
  }
}
