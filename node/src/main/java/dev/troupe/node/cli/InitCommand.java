package dev.troupe.node.cli;

import dev.troupe.node.client.NodeClient;
import dev.troupe.node.grpc.StatusMapping;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.spi.MonotonicClock;
import dev.troupe.protocol.spi.SystemClocks;
import dev.troupe.v1.InitRequest;
import dev.troupe.v1.InitResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Forms a cluster. */
@Command(
    name = "init",
    description = {
      "Forms a new cluster on a node that was started with `troupe start` and has none yet.",
      "The other nodes that name it in --join then join by themselves. Safe to repeat: when the"
          + " node, or one that it names in --join, has a cluster already, nothing is done."
    })
final class InitCommand extends Verb implements Callable<Integer> {
  private static final long PAUSE_MILLIS = 500;

  @Mixin private ConnectionOptions connection = new ConnectionOptions();

  @Option(
      names = "--require-all",
      description = {
        "Forms none while a node named in --join does not answer: it could belong to a cluster."
      })
  private boolean requireAll;

  @Option(
      names = "--wait",
      paramLabel = "SECONDS",
      defaultValue = "0",
      description = {
        "Tries again for so long while the node, or one that has to be asked, does not answer"
            + " (default: ${DEFAULT-VALUE})."
      })
  private int waitSeconds;

  @Override
  public Integer call() throws Exception {
    MonotonicClock clock = SystemClocks.monotonic();
    long end = clock.nanos() + TimeUnit.SECONDS.toNanos(waitSeconds);
    try (ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor()) {
      while (end - clock.nanos() > 0) {
        // A connection of its own each time: one that failed waits ever longer before it dials.
        if (connection.with(client -> attempt(client, true)) == 0) {
          return 0;
        }
        timer.schedule(() -> {}, PAUSE_MILLIS, TimeUnit.MILLISECONDS).get();
      }
    }
    return connection.with(client -> attempt(client, false));
  }

  /**
   * @return 0 when there is a cluster; another number when it is worth to try again, if allowed to
   */
  private int attempt(NodeClient client, boolean mayFail) {
    try {
      InitRequest request = InitRequest.newBuilder().setRequireAll(requireAll).build();
      InitResponse made = client.admin().init(request);
      say("cluster " + made.getClusterId() + " begins with node " + made.getNodeId());
      return 0;
    } catch (StatusRuntimeException e) {
      if (StatusMapping.codeOf(e) == ErrorCode.ALREADY_INITIALIZED) {
        say(e.getStatus().getDescription() + "; nothing to do");
        return 0;
      }
      Status.Code code = e.getStatus().getCode();
      if (mayFail && (code == Status.Code.UNAVAILABLE || code == Status.Code.DEADLINE_EXCEEDED)) {
        return 1;
      }
      throw e;
    }
  }
}
