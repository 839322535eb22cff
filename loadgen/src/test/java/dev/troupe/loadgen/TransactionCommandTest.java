package dev.troupe.loadgen;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import dev.troupe.loadgen.testkit.TestNode;
import dev.troupe.loadgen.testkit.TxnFaults;
import dev.troupe.loadgen.testkit.TxnStore;
import dev.troupe.v1.TxnSessionRequest;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/**
 * The workloads of transactions: an honest server passes, and each lie is found by its workload.
 */
class TransactionCommandTest {
  private static final int FORGOTTEN_EVERY = 20;

  private final TxnStore store = new TxnStore();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private TestNode node;

  @BeforeEach
  void start() throws IOException {
    node = new TestNode(store);
  }

  @AfterEach
  void stop() throws InterruptedException {
    node.close();
  }

  private int execute(String line, String... more) {
    List<String> all = new ArrayList<>(Arrays.asList(line.split(" ")));
    all.addAll(Arrays.asList(more));
    all.addAll(List.of("--host", node.address()));
    return new CommandLine(new WorkloadCommand())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(all.toArray(String[]::new));
  }

  private JsonNode json() throws IOException {
    return new ObjectMapper().readTree(out.toString());
  }

  private static TxnFaults randomFaults() {
    SplittableRandom random = new SplittableRandom(3);
    return new TxnFaults() {
      private int commits;

      @Override
      public synchronized Commit onCommit() {
        if (++commits % FORGOTTEN_EVERY == 0) {
          // Not left to chance: the tests ask what becomes of outcomes that nobody knows.
          return Commit.FORGOTTEN_AND_BROKEN;
        }
        Commit[] all = Commit.values();
        Commit drawn = all[random.nextInt(all.length)];
        boolean slow = drawn == Commit.APPLIED_AND_SILENT || drawn == Commit.FORGOTTEN_AND_BROKEN;
        return random.nextInt(slow ? 15 : 6) == 0 ? drawn : Commit.FINE;
      }

      @Override
      public synchronized Execute onExecute() {
        Execute[] all = Execute.values();
        return random.nextInt(4) == 0 ? all[random.nextInt(all.length)] : Execute.FINE;
      }

      @Override
      public synchronized boolean breaksAt(TxnSessionRequest request) {
        return random.nextInt(100) == 0;
      }
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"bank", "list-append", "register", "counter", "long-fork", "write-skew"})
  void shouldPassAnHonestServer(String name) throws IOException {
    int exit = execute("run " + name + " --verify --max-ops 600 --concurrency 8 --format json");

    assertThat(exit).as(out + "" + err).isZero();
    JsonNode transactions = json().path("transactions");
    assertThat(transactions.path("committed").asLong()).isBetween(300L, 600L);
    assertThat(transactions.path("committed_per_second").asDouble()).isPositive();
    assertThat(transactions.path("ambiguous").asLong()).isZero();
    assertThat(transactions.path("retries").asLong()).isEqualTo(json().path("errors").asLong());
    assertThat(json().path("verification").path("passed").asBoolean()).isTrue();
    assertThat(json().path("verification").path("acknowledged_writes").asLong()).isPositive();
    assertThat(json().path("verification").path("checked_reads").asLong()).isPositive();
  }

  @ParameterizedTest
  @ValueSource(strings = {"bank", "list-append", "register", "counter", "long-fork", "write-skew"})
  void shouldFindNothingWhenAnswersAreLost(String name, @TempDir Path folder) throws IOException {
    node.txn().faults(randomFaults());
    Path history = folder.resolve("history");

    int exit =
        execute(
            "run " + name + " --max-ops 400 --concurrency 8 --timeout 300ms --format json",
            "--history",
            history.toString());

    assertThat(exit).as(out + "" + err).isZero();
    assertThat(json().path("verification").path("passed").asBoolean()).isTrue();
    Map<String, Integer> types = checkHistory(history);
    // The bank's history begins with a reading of its own.
    int readings = name.equals("bank") ? 1 : 0;
    assertThat(types.get("ok")).isEqualTo(json().path("operations").asInt() + readings);
    assertThat(types.get("info")).isEqualTo(json().path("ambiguous").asInt()).isPositive();
  }

  /** A process has one thing under way at a time, and none after an info. */
  private static Map<String, Integer> checkHistory(Path file) throws IOException {
    Map<String, Integer> types = new HashMap<>();
    Map<Integer, JsonNode> pending = new HashMap<>();
    Set<Integer> gone = new HashSet<>();
    long time = 0;
    for (String text : Files.readAllLines(file)) {
      JsonNode line = new ObjectMapper().readTree(text);
      int process = line.path("process").asInt();
      String type = line.path("type").asText();
      types.merge(type, 1, Integer::sum);
      assertThat(line.path("time").asLong()).isGreaterThanOrEqualTo(time);
      time = line.path("time").asLong();
      assertThat(line.path("value").isArray()).as(text).isTrue();
      assertThat(gone).as(text).doesNotContain(process);
      if (type.equals("invoke")) {
        assertThat(pending.put(process, line)).as(text).isNull();
      } else {
        JsonNode invoked = pending.remove(process);
        assertThat(invoked).as(text).isNotNull();
        assertThat(line.path("value").size()).isEqualTo(invoked.path("value").size());
        assertThat(line.path("f")).isEqualTo(invoked.path("f"));
      }
      if (type.equals("info")) {
        gone.add(process);
      }
    }
    assertThat(pending).isEmpty();
    return types;
  }

  @Test
  void shouldRecordValuesAsTheyAreAgreedUpon(@TempDir Path folder) throws IOException {
    assertThat(lines("bank --accounts 3", folder))
        .anyMatch(l -> l.matches(".*\"ok\".*\"f\":\"transfer\".*\\[\\[\"transfer\",\\d,\\d,\\d]]}"))
        .anyMatch(l -> l.matches(".*\"f\":\"read\".*\\[\\[\"balances\",\\{\"0\":\\d+,\"1\".*}]]}"));
    assertThat(lines("list-append --keys 2", folder))
        .anyMatch(l -> l.matches(".*\"invoke\".*\\[\"r\",\\d,null].*"))
        // Not of all numbers from 1: the first appends may have lost to others.
        .anyMatch(l -> l.matches(".*\"ok\".*\\[\"r\",\\d,\\[\\d+,\\d+[\\d,]*]].*"))
        .anyMatch(l -> l.matches(".*\"ok\".*\\[\"append\",\\d,\\d+].*"));
    assertThat(lines("register --keys 2", folder))
        .anyMatch(l -> l.matches(".*\"ok\".*\\[\\[\"cas\",\\d,\\[\\d+,\\d+]]]}"))
        .anyMatch(l -> l.matches(".*\"ok\".*\\[\\[\"w\",\\d,\\d+]]}"))
        .anyMatch(l -> l.matches(".*\"ok\".*\\[\\[\"r\",\\d,\\d+]]}"));
    assertThat(lines("counter --keys 2", folder))
        .anyMatch(l -> l.matches(".*\"ok\".*\\[\\[\"inc\",\\d,1]]}"))
        .anyMatch(l -> l.matches(".*\"ok\".*\\[\\[\"r\",\\d,\\d+]]}"));
  }

  private List<String> lines(String arguments, Path folder) throws IOException {
    Path history = folder.resolve("history");
    String options = " --max-ops 200 --concurrency 2";
    assertThat(execute("run " + arguments + options, "--history", history.toString()))
        .as(err.toString())
        .isZero();
    checkHistory(history);
    return Files.readAllLines(history);
  }

  @ParameterizedTest
  @CsvSource({
    "SNAPSHOT_ONLY, write-skew, WRITE_SKEW",
    "NO_VALIDATION, bank, WRONG_TOTAL",
    "NO_VALIDATION, counter, LOST",
    "NO_VALIDATION, list-append, LOST",
    "STALE_READS, counter, LOST",
    "STALE_READS, long-fork, STALE_READ",
    "READS_OF_DIFFERENT_MOMENTS, bank, WRONG_TOTAL",
    "READS_OF_DIFFERENT_MOMENTS, long-fork, LONG_FORK",
    "DROPPED_COMMITS, list-append, LOST",
    "APPLIED_BUT_FAILED, list-append, FAILED_BUT_WRITTEN",
    "APPLIED_BUT_FAILED, counter, COUNTED_TWICE",
    "APPLIED_BUT_FAILED, register, FAILED_BUT_WRITTEN"
  })
  void shouldFindEveryLie(TxnStore.Lie lie, String name, String finding, @TempDir Path folder)
      throws IOException {
    store.lie(lie);
    // Between two accounts alone no lost update would change the total.
    int keys = name.equals("bank") ? 4 : 2;

    int exit =
        execute(
            "run %s --keys %d --verify --max-ops 2000 --concurrency 8 --format json"
                .formatted(name, keys),
            "--history",
            folder.resolve("history").toString());

    assertThat(exit).isEqualTo(ExitCodes.CHECK_FAILED);
    assertThat(err.toString()).contains("verification failed");
    assertThat(json().path("verification").path("findings").has(finding))
        .as(out.toString())
        .isTrue();
  }

  @Test
  void shouldKeepTheAccountsBetweenRunsAndLoadThemAnew() throws IOException {
    assertThat(execute("init bank --accounts 10")).as(err.toString()).isZero();
    assertThat(execute("run bank --max-ops 200")).isZero();
    assertThat(execute("run bank --max-ops 200 --verify --format json")).isZero();
    assertThat(out.toString()).contains("\"keys\" : 10");
    assertThat(execute("init bank --accounts 4")).isZero();

    assertThat(store.read(ByteString.copyFromUtf8("\0b/bank/accounts/000000000001")))
        .isEqualTo(ByteString.copyFromUtf8("100"));
    assertThat(store.read(ByteString.copyFromUtf8("\0b/bank/accounts/000000000005"))).isNull();
  }

  @Test
  void shouldGoOnWithTheOtherNodeWhenOneDies() throws Exception {
    try (TestNode second = new TestNode(store)) {
      AtomicInteger commits = new AtomicInteger();
      node.txn()
          .faults(
              new TxnFaults() {
                @Override
                public Commit onCommit() {
                  if (commits.incrementAndGet() == 100) {
                    java.util.concurrent.CompletableFuture.runAsync(node::kill);
                  }
                  return Commit.FINE;
                }
              });
      int exit =
          execute(
              "run counter --verify --max-ops 600 --connections 2 --format json",
              "--host",
              second.address());

      assertThat(exit).as(out + "" + err).isZero();
      assertThat(commits.get()).isGreaterThanOrEqualTo(100);
    }
  }

  @Test
  void shouldPrintATable() {
    assertThat(execute("run bank --max-ops 100 --warmup 10ms --rate 1000")).isZero();

    assertThat(out.toString()).contains("transactions: ").contains("transfer").contains("scan");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "run bank --accounts 1",
        "run counter --accounts 5",
        "run kv --accounts 5",
        "run kv --history h",
        "run bank --ledger l",
        "run counter --keys 0",
        "run nothing"
      })
  void shouldRefuseWrongUsage(String line) {
    assertThat(execute(line)).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(err.toString()).isNotBlank();
  }
}
