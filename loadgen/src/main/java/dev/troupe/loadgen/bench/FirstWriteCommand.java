package dev.troupe.loadgen.bench;

import com.google.protobuf.ByteString;
import dev.troupe.loadgen.client.Lane;
import dev.troupe.loadgen.client.LoadClient;
import dev.troupe.loadgen.client.Operation;
import dev.troupe.loadgen.client.Outcome;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures the time from starting processes to the first acknowledged write. */
@Command(
    name = "first-write",
    mixinStandardHelpOptions = true,
    description = "Starts a cluster again and again and prints how long the first write took.")
final class FirstWriteCommand implements Callable<Integer> {
  private static final long RETRY_MILLIS = 5;
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final ByteString KEY = ByteString.copyFromUtf8("first");

  @Spec private @Nullable CommandSpec spec;

  @Option(names = "--system", required = true, paramLabel = "LABEL=API@HOSTS@")
  private String system = "";

  @Option(
      names = "--start",
      required = true,
      description = "Shell command that starts the nodes from nothing; it may return or stay.")
  private String start = "";

  @Option(
      names = "--stop",
      required = true,
      description = "Shell command that ends the nodes and removes their data.")
  private String stop = "";

  @Option(
      names = "--init",
      description = "Form the cluster, as 'troupe init' does, as soon as the first node listens.")
  private boolean init;

  @Option(
      names = "--repetitions",
      defaultValue = "4",
      description = "The first one only warms this process up and is not counted.")
  private int repetitions;

  @Option(names = "--log", required = true, description = "Where the commands' output goes.")
  private @Nullable Path log;

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    List<Long> millis = new ArrayList<>();
    for (int i = 0; i < repetitions; i++) {
      long took = once();
      if (i > 0) {
        millis.add(took);
      }
    }
    millis.sort(null);
    String label = Contender.parse(system).label();
    out.println("| " + label + " | " + millis.get(millis.size() / 2) + " | " + millis + " |");
    out.flush();
    return 0;
  }

  private long once() throws IOException, InterruptedException {
    long begin = System.nanoTime();
    Process process = shell(start);
    Contender contender = Contender.parse(system);
    try (LoadClient client = contender.openToEachNode();
        Formation formation = init ? new Formation(contender.endpoints().get(0)) : null) {
      CompletableFuture<Void> written = new CompletableFuture<>();
      for (int lane = 0; lane < client.laneCount(); lane++) {
        put(client.lane(lane), written);
      }
      if (formation != null) {
        formation.begin();
      }
      written.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("no write within " + PATIENCE + "; see " + log, e);
    } finally {
      shell(stop).waitFor();
      process.waitFor();
    }
  }

  /** Tries at every node at once: the first one to serve counts. */
  private static void put(Lane lane, CompletableFuture<Void> written) {
    lane.loop()
        .execute(
            () ->
                lane.send(
                    new Operation.Put(KEY, KEY),
                    outcome -> {
                      if (outcome instanceof Outcome.Written) {
                        written.complete(null);
                      } else if (!written.isDone()) {
                        lane.loop()
                            .schedule(
                                () -> put(lane, written), RETRY_MILLIS, TimeUnit.MILLISECONDS);
                      }
                    }));
  }

  private Process shell(String command) throws IOException {
    return new ProcessBuilder("bash", "-c", command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(Objects.requireNonNull(log).toFile()))
        .start();
  }
}
