package dev.troupe.loadgen.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures what sessions cost that do nothing, and how fast they come and go. */
@Command(
    name = "idle-connections",
    mixinStandardHelpOptions = true,
    description = "Opens sessions at a node and prints what they cost it.")
final class IdleConnectionsCommand implements Callable<Integer> {
  private static final double NANOS = 1e9;
  private static final double KIB_PER_MIB = 1024;
  private static final int PERCENT = 100;
  private static final int TAIL_PERCENT = 99;
  private static final Pattern USED = Pattern.compile("total \\d+K, used (\\d+)K");

  @Spec private @Nullable CommandSpec spec;

  @Option(names = "--port", required = true, description = "SQL port of a node on this machine.")
  private int port;

  @Option(names = "--pid", required = true, description = "The node's process.")
  private long pid;

  @Option(names = "--jcmd", required = true, description = "Tool that asks the node for its heap.")
  private @Nullable Path jcmd;

  @Option(names = "--connections", defaultValue = "10000")
  private int connections;

  @Option(names = "--openers", defaultValue = "32", description = "Threads that open sessions.")
  private int openers;

  @Option(
      names = "--churn",
      defaultValue = "20000",
      description = "Sessions that are opened and closed at once, to warm up and to measure.")
  private int churn;

  /** What the node uses, in MiB; the heap without garbage. */
  private record Use(double resident, double heap) {}

  @Override
  public Integer call() throws IOException, InterruptedException, ExecutionException {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    Queue<BareSession> open = new ConcurrentLinkedQueue<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(openers)) {
      comeAndGo(threads);
      double goneRate = churn / comeAndGo(threads);
      Use before = use();
      double seconds = inParallel(threads, connections, () -> open.add(opened()));
      double crowded = ProcessProbe.memory(pid).residentMib();
      Use with = use();
      double[] millis = askEach(open);
      closeAll(open);
      Use after = use();
      out.printf("| sessions | resident MiB | live heap MiB |%n|---|---|---|%n");
      out.printf("| none | %.0f | %.1f |%n", before.resident(), before.heap());
      out.printf("| %d, just opened | %.0f | |%n", connections, crowded);
      out.printf("| %d idle | %.0f | %.1f |%n", connections, with.resident(), with.heap());
      out.printf("| none again | %.0f | %.1f |%n%n", after.resident(), after.heap());
      out.printf(
          "One idle session: %.1f KiB resident, %.1f KiB of heap.%n",
          (with.resident() - before.resident()) * KIB_PER_MIB / connections,
          (with.heap() - before.heap()) * KIB_PER_MIB / connections);
      out.printf("Opened: %.0f sessions/s, each with a first statement.%n", connections / seconds);
      out.printf("Opened and closed: %.0f sessions/s.%n", goneRate);
      out.printf(
          "A statement in each of them: median %.2f ms, 99 %% below %.2f ms.%n",
          millis[millis.length / 2], millis[millis.length * TAIL_PERCENT / PERCENT]);
      out.flush();
      return 0;
    } finally {
      closeAll(open);
    }
  }

  private InetSocketAddress address() {
    return new InetSocketAddress("127.0.0.1", port);
  }

  private BareSession opened() throws IOException {
    BareSession session = BareSession.open(address());
    session.run("SELECT 1");
    return session;
  }

  private double comeAndGo(ExecutorService threads)
      throws InterruptedException, ExecutionException {
    return inParallel(
        threads,
        churn,
        () -> {
          BareSession.open(address()).close();
          return true;
        });
  }

  /** Does something so often; returns the seconds that it took. */
  private double inParallel(ExecutorService threads, int times, Callable<Boolean> action)
      throws InterruptedException, ExecutionException {
    long begun = System.nanoTime();
    List<Future<Boolean>> shares = new ArrayList<>();
    for (int i = 0; i < openers; i++) {
      int share = times / openers + (i < times % openers ? 1 : 0);
      shares.add(
          threads.submit(
              () -> {
                for (int j = 0; j < share; j++) {
                  action.call();
                }
                return true;
              }));
    }
    for (Future<Boolean> share : shares) {
      share.get();
    }
    return (System.nanoTime() - begun) / NANOS;
  }

  private static double[] askEach(Queue<BareSession> open) throws IOException {
    double[] millis = new double[open.size()];
    int next = 0;
    for (BareSession session : open) {
      long begun = System.nanoTime();
      session.run("SELECT 1");
      millis[next++] = (System.nanoTime() - begun) * 1000 / NANOS;
    }
    Arrays.sort(millis);
    return millis;
  }

  private static void closeAll(Queue<BareSession> open) throws IOException {
    for (BareSession session = open.poll(); session != null; session = open.poll()) {
      session.close();
    }
  }

  // --- the node --------------------------------------------------------------------------------

  private Use use() throws IOException, InterruptedException {
    ask("GC.run");
    double kib = 0;
    for (String line : ask("GC.heap_info").lines().toList()) {
      Matcher used = USED.matcher(line);
      // Of the generations; what classes use has no total.
      if (used.find()) {
        kib += Long.parseLong(used.group(1));
      }
    }
    return new Use(ProcessProbe.memory(pid).residentMib(), kib / KIB_PER_MIB);
  }

  private String ask(String question) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(Objects.requireNonNull(jcmd).toString(), Long.toString(pid), question)
            .redirectErrorStream(true)
            .start();
    String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(answer);
    }
    return answer;
  }
}
