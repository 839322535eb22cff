package dev.troupe.node.cli;

import dev.troupe.node.grpc.StatusMapping;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.v1.InitRequest;
import dev.troupe.v1.InitResponse;
import io.grpc.StatusRuntimeException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Forms a cluster. */
@Command(
    name = "init",
    description = {
      "Forms a new cluster on a node that was started with `troupe start` and has none yet.",
      "The other nodes that name it in --join then join by themselves. Safe to repeat."
    })
final class InitCommand extends Verb implements Callable<Integer> {
  @Mixin private ConnectionOptions connection = new ConnectionOptions();

  @Override
  public Integer call() {
    return connection.with(
        client -> {
          try {
            InitResponse made = client.admin().init(InitRequest.getDefaultInstance());
            say("cluster " + made.getClusterId() + " begins with node " + made.getNodeId());
          } catch (StatusRuntimeException e) {
            if (StatusMapping.codeOf(e) != ErrorCode.ALREADY_INITIALIZED) {
              throw e;
            }
            say(e.getStatus().getDescription() + "; nothing to do");
          }
          return 0;
        });
  }
}
