package dev.troupe.loadgen.bench;

import com.google.protobuf.ByteString;
import dev.troupe.loadgen.client.ClientOptions;
import dev.troupe.loadgen.client.Endpoint;
import dev.troupe.loadgen.client.Lane;
import dev.troupe.loadgen.client.LoadClient;
import dev.troupe.loadgen.client.Operation;
import dev.troupe.loadgen.client.TroupeDialect;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Gives a cluster many times the writes that it can do: finds what it can, then sends on a
 * timetable whether answers come or not, and then a part of what it can again.
 */
@Command(
    name = "overload",
    mixinStandardHelpOptions = true,
    description = "Measures goodput and latency at many times the load that a cluster can do.")
final class OverloadCommand implements Callable<Integer> {
  private static final int CLOSED_USERS = 512;
  private static final double CALM = 0.4;
  private static final int PERCENT = 100;
  private static final int GOODPUT_PERCENT_MIN = 70;
  private static final double RECOVERY_SECONDS_MAX = 10;

  /** Normal again: the tail is at most so many times what it was before, or this. */
  private static final double TAIL_FACTOR = 3;

  private static final double TAIL_MILLIS = 30;

  /**
   * A range is worked on in turn: what waits there longer than some times the target is too long.
   */
  private static final double ADMITTED_TAIL_MILLIS_MAX = 1_000;

  @Spec private @Nullable CommandSpec spec;

  @Option(names = "--host", split = ",", required = true, paramLabel = "HOST:PORT")
  private List<String> hosts = List.of();

  @Option(names = "--connections", defaultValue = "16", description = "Streams. (${DEFAULT-VALUE})")
  private int connections;

  @Option(names = "--factor", defaultValue = "10", description = "How many times what it can do.")
  private double factor;

  @Option(names = "--seconds", defaultValue = "15", description = "Of the overload.")
  private int seconds;

  @Option(names = "--keys", defaultValue = "100000")
  private int keys;

  @Option(names = "--value-size", defaultValue = "100")
  private int valueSize;

  @Option(names = "--timeout-ms", defaultValue = "2000", description = "Of each write.")
  private int timeoutMillis;

  @Override
  public Integer call() throws InterruptedException {
    List<Endpoint> endpoints = hosts.stream().map(host -> Endpoint.parse(host, 7433)).toList();
    Duration timeout = Duration.ofMillis(timeoutMillis);
    var options = new ClientOptions(endpoints, connections, 1, "", timeout, false);
    try (LoadClient client = new LoadClient(TroupeDialect.PIPELINE, options)) {
      run(client, Puts.of(keys, valueSize), Duration.ofSeconds(4));
      return judge(client, Puts.of(keys, valueSize)) ? 0 : 1;
    }
  }

  private boolean judge(LoadClient client, Puts puts) throws InterruptedException {
    print("| phase | offered/s | done/s | refused/s | lost/s | median ms | 99 %% ms |%n");
    print("|---|---|---|---|---|---|---|%n");
    OpenLoop.Result peak = run(client, puts, Duration.ofSeconds(8));
    print("%s", row("as much as it can", peak));
    double calm = CALM * peak.donePerSecond();
    OpenLoop.Result before = pace(client, puts, calm, Duration.ofSeconds(5)).total();
    print("%s", row("four tenths of that", before));
    OpenLoop.Result over =
        pace(client, puts, factor * peak.donePerSecond(), Duration.ofSeconds(seconds)).total();
    print("%s", row(String.format(Locale.ROOT, "%.0f times", factor), over));
    OpenLoop.Run after = pace(client, puts, calm, Duration.ofSeconds(15));
    print("%s", row("four tenths again", after.total()));
    double tail = Math.max(TAIL_FACTOR * before.tailMillis(), TAIL_MILLIS);
    double recovered = after.secondsUntil(window -> window.isCalm(tail));
    double goodput = PERCENT * over.donePerSecond() / peak.donePerSecond();
    print(
        "%nGoodput under overload: %.0f %% of the most. Normal again after %.1f s.%n",
        goodput, recovered);
    return goodput >= GOODPUT_PERCENT_MIN
        && over.tailMillis() <= ADMITTED_TAIL_MILLIS_MAX
        && recovered <= RECOVERY_SECONDS_MAX;
  }

  private void print(String format, Object... arguments) {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    out.printf(Locale.ROOT, format, arguments);
    out.flush();
  }

  private static String row(String phase, OpenLoop.Result result) {
    return String.format(
        Locale.ROOT,
        "| %s | %.0f | %.0f | %.0f | %.0f | %.1f | %.1f |%n",
        phase,
        result.offeredPerSecond(),
        result.donePerSecond(),
        result.refusedPerSecond(),
        result.lostPerSecond(),
        result.medianMillis(),
        result.tailMillis());
  }

  private OpenLoop.Run pace(LoadClient client, Puts puts, double rate, Duration length)
      throws InterruptedException {
    return OpenLoop.run(client, puts, rate, length);
  }

  /** Each user sends when its answer is there. */
  private static OpenLoop.Result run(LoadClient client, Puts puts, Duration length)
      throws InterruptedException {
    var counts = new OpenLoop.Counts();
    long begin = System.nanoTime();
    long end = begin + length.toNanos();
    var ended = new CountDownLatch(CLOSED_USERS);
    for (int i = 0; i < CLOSED_USERS; i++) {
      Lane lane = client.lane(i);
      lane.loop().execute(() -> next(lane, puts, counts, end, ended));
    }
    if (!ended.await(length.toSeconds() + 30, TimeUnit.SECONDS)) {
      throw new IllegalStateException("answers are missing: " + ended.getCount());
    }
    return counts.take(System.nanoTime() - begin);
  }

  private static void next(
      Lane lane, Puts puts, OpenLoop.Counts counts, long end, CountDownLatch ended) {
    long begin = System.nanoTime();
    if (begin - end >= 0) {
      ended.countDown();
      return;
    }
    counts.offered();
    lane.send(
        puts.next(),
        outcome -> {
          counts.ended(outcome, System.nanoTime() - begin);
          lane.loop().execute(() -> next(lane, puts, counts, end, ended));
        });
  }

  /** Writes to keys that go round. Any thread. */
  record Puts(List<ByteString> keys, ByteString value) {
    static Puts of(int count, int valueSize) {
      List<ByteString> keys =
          java.util.stream.IntStream.range(0, count)
              .mapToObj(i -> ByteString.copyFromUtf8(String.format(Locale.ROOT, "over/%07d", i)))
              .toList();
      return new Puts(keys, ByteString.copyFrom(new byte[valueSize]));
    }

    Operation next() {
      int key = java.util.concurrent.ThreadLocalRandom.current().nextInt(keys.size());
      return new Operation.Put(keys.get(key), value);
    }
  }
}
