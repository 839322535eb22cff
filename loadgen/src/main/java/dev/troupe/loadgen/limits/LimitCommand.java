package dev.troupe.loadgen.limits;

import dev.troupe.client.TransactionOptions;
import dev.troupe.client.TroupeClient;
import dev.troupe.client.TroupeClientException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What these commands share: where the cluster is, and how figures are told. */
abstract class LimitCommand implements Callable<Integer> {
  private static final long NANOS_PER_MILLI = 1_000_000;

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--host",
      split = ",",
      required = true,
      paramLabel = "HOST:PORT",
      description = "Nodes; the first one that answers coordinates.")
  List<String> hosts = List.of();

  @Override
  public final Integer call() throws Exception {
    try (TroupeClient client = connect()) {
      run(client);
      return 0;
    } catch (TroupeClientException e) {
      // For the caller a refusal is a result like others.
      say("refused %s", e.getMessage());
      return 1;
    }
  }

  abstract void run(TroupeClient client) throws Exception;

  TroupeClient connect() {
    return TroupeClient.builder(hosts.toArray(String[]::new))
        .answerTimeout(Duration.ofMinutes(2))
        .build();
  }

  /** Tells something, at once: scripts wait for it. */
  final void say(String format, Object... arguments) {
    var out = Objects.requireNonNull(spec).commandLine().getOut();
    out.println(format.formatted(arguments));
    out.flush();
  }

  /** One attempt, which the server rolls back after so long. */
  static TransactionOptions once(Duration deadline) {
    return TransactionOptions.DEFAULT.withAttempts(1).withDeadline(deadline);
  }

  static byte[] key(String prefix, int number) {
    return "%s/%06d".formatted(prefix, number).getBytes(StandardCharsets.UTF_8);
  }

  static long millisSince(long nanos) {
    return (System.nanoTime() - nanos) / NANOS_PER_MILLI;
  }
}
