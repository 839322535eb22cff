package dev.troupe.loadgen.limits;

import dev.troupe.client.TroupeClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** A client that dies while its transaction holds keys for which others wait. */
@Command(
    name = "vanish",
    description = "Kills a client that holds keys, and tells when others have got them.")
final class VanishCommand extends LimitCommand {
  static final String PREFIX = "vanish";

  @Option(names = "--keys", defaultValue = "16")
  private int keys;

  @Override
  void run(TroupeClient client) throws Exception {
    Process holder = hold();
    try (ExecutorService waiting = Executors.newVirtualThreadPerTaskExecutor();
        BufferedReader told = holder.inputReader()) {
      String line = told.readLine();
      if (!HoldCommand.HOLDING.equals(line)) {
        throw new IllegalStateException("the holder said: " + line);
      }
      List<Future<?>> successors = new ArrayList<>();
      for (int i = 0; i < keys; i++) {
        byte[] key = key(PREFIX, i);
        successors.add(
            waiting.submit(
                () ->
                    client.transact(
                        tx -> {
                          tx.getForUpdate(key);
                          tx.put(key, new byte[] {2});
                        })));
      }
      // One more round trip: by now those before have been sent, and wait.
      client.transact(tx -> tx.get(key(PREFIX, keys)));
      long served = successors.stream().filter(Future::isDone).count();
      long killed = System.nanoTime();
      holder.destroyForcibly();
      for (Future<?> successor : successors) {
        successor.get();
      }
      say(
          "%d successors served after %d ms, %d before the death",
          successors.size(), millisSince(killed), served);
    } finally {
      holder.destroyForcibly();
    }
  }

  private Process hold() throws IOException {
    String java = ProcessHandle.current().info().command().orElse("java");
    List<String> command = new ArrayList<>(List.of(java));
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(LimitsMain.class.getName(), "hold"));
    command.addAll(List.of("--host", String.join(",", hosts), "--keys", Integer.toString(keys)));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }
}
