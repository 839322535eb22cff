package dev.troupe.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.node.ExitCode;
import dev.troupe.node.FakeCluster;
import dev.troupe.node.InMemoryKv;
import dev.troupe.node.InMemoryTransactions;
import dev.troupe.node.SwitchableFollowerReads;
import dev.troupe.node.config.NodeSettings.GrpcLimits;
import dev.troupe.node.config.NodeSettings.TxnLimits;
import dev.troupe.node.grpc.AdminGrpcService;
import dev.troupe.node.grpc.Admission;
import dev.troupe.node.grpc.GrpcDoor;
import dev.troupe.node.grpc.KvDispatch;
import dev.troupe.node.grpc.KvGrpcService;
import dev.troupe.node.grpc.OpenSessions;
import dev.troupe.node.grpc.RequestObserver;
import dev.troupe.node.grpc.TxnDispatch;
import dev.troupe.node.grpc.TxnGrpcService;
import dev.troupe.node.grpc.TxnIds;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.SystemClocks;
import dev.troupe.protocol.spi.Transactions;
import dev.troupe.transport.EventLoops;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class TroupeCommandTest {
  private final FakeCluster cluster = new FakeCluster();
  private final InMemoryTransactions transactions = new InMemoryTransactions(new InMemoryKv());
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final EventLoops loops = EventLoops.start();
  private GrpcDoor door;

  @BeforeEach
  void openDoor() throws IOException {
    Admission admission =
        new Admission(
            new GrpcLimits(100, 1 << 20, 100, Duration.ofSeconds(1)), SystemClocks.monotonic());
    TxnLimits txnLimits = new TxnLimits(1, 1, 1 << 20, Duration.ofSeconds(5));
    TxnDispatch txn =
        new TxnDispatch(
            transactions,
            new TxnIds(SystemClocks.random()),
            new TxnDispatch.Bounds(
                admission, new OpenSessions(txnLimits), txnLimits, Duration.ofSeconds(5)),
            RequestObserver.none(),
            SystemClocks.monotonic());
    KvDispatch dispatch =
        new KvDispatch(
            new InMemoryKv(),
            new SwitchableFollowerReads(),
            admission,
            RequestObserver.none(),
            SystemClocks.monotonic(),
            5_000_000_000L);
    door =
        new GrpcDoor(
            loops,
            new InetSocketAddress("127.0.0.1", 0),
            threads ->
                List.of(
                    new KvGrpcService(dispatch, 100, threads),
                    new TxnGrpcService(txn, threads),
                    new AdminGrpcService(cluster)));
  }

  @AfterEach
  void closeDoor() {
    door.close();
    loops.close();
  }

  private int run(String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    CommandLine line = TroupeCommand.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return line.execute(arguments);
  }

  /** With the port of the door. */
  private int ask(String... arguments) {
    List<String> line = new ArrayList<>(Arrays.asList(arguments));
    line.addAll(List.of("--port", Integer.toString(door.port())));
    return run(line.toArray(String[]::new));
  }

  @Test
  void shouldReadAndWriteKeys() {
    assertThat(ask("kv", "put", "a/1", "x")).isZero();
    assertThat(ask("kv", "put", "a-2", "AQI=", "--base64")).isEqualTo(ExitCode.USAGE.status());
    assertThat(ask("kv", "put", "YS8y", "AQI=", "--base64")).isZero();
    assertThat(ask("kv", "get", "a/1", "--format", "json")).isZero();
    assertThat(out.toString()).contains("\"key\":\"a/1\"", "\"value\":\"x\"", "\"version\":");

    assertThat(ask("kv", "scan", "--prefix", "a/")).isZero();
    assertThat(out.toString()).isEqualToNormalizingNewlines("a/1\tx\na/2\t\\x01\\x02\n");
    assertThat(ask("kv", "scan", "--reverse", "--limit", "1", "--keys-only")).isZero();
    assertThat(out.toString()).isEqualToNormalizingNewlines("a/2\n");

    assertThat(ask("kv", "del", "a/1")).isZero();
    assertThat(ask("kv", "get", "a/1")).isEqualTo(ExitCode.NOT_FOUND.status());
    assertThat(err.toString()).contains("there is no key \"a/1\"");
    assertThat(ask("kv", "del", "--prefix", "a/")).isZero();
    assertThat(out.toString()).contains("1 key deleted");
  }

  @Test
  void shouldTellWhatBecameOfATransaction() {
    String id = "7c4c0f5e-93a1-4d3b-8b0a-0d9a5c1f3e21";
    transactions.outcome =
        new Transactions.Known(Transactions.Outcome.COMMITTED, new Timestamp(77));
    assertThat(ask("txn", "outcome", "--id", id, "--first-key", "a")).isZero();
    assertThat(out.toString()).containsPattern("outcome +version\ncommitted +77");

    transactions.outcome = new Transactions.Known(Transactions.Outcome.PENDING, null);
    assertThat(ask("txn", "outcome", "--id", id, "--first-key", "a", "--format", "json")).isZero();
    assertThat(out.toString()).contains("\"outcome\":\"pending\",\"version\":null");

    assertThat(ask("txn", "outcome", "--id", "seven", "--first-key", "a"))
        .isEqualTo(ExitCode.USAGE.status());
    assertThat(err.toString()).contains("\"seven\" is not the id of a transaction");
    assertThat(ask("txn", "outcome", "--id", id, "--first-key", ""))
        .isEqualTo(ExitCode.FAILED.status());
    assertThat(err.toString()).contains("[INVALID_ARGUMENT]");
  }

  @Test
  void shouldListInTwoFormats() {
    assertThat(ask("node", "ls")).isZero();
    assertThat(out.toString()).containsPattern("id +address +state\n *1 +127.0.0.1:7435 +live");
    assertThat(ask("node", "status", "--format", "json")).isZero();
    assertThat(out.toString()).contains("{\"id\":1,\"state\":\"live\"", "\"pid\":4711");
    assertThat(ask("range", "ls")).isZero();
    assertThat(out.toString()).contains("a\"<b>\\x01");
    assertThat(ask("range", "show", "7")).isZero();
    assertThat(out.toString()).contains("applied_index", "leader");
    assertThat(ask("range", "show", "8")).isEqualTo(ExitCode.FAILED.status());
    assertThat(err.toString()).contains("there is no range 8", "hint: `troupe range ls`");
  }

  @Test
  void shouldPassOrdersOn() {
    assertThat(ask("range", "transfer-leader", "7", "2")).isZero();
    assertThat(ask("range", "add-replica", "7", "2")).isZero();
    assertThat(ask("range", "remove-replica", "7", "1")).isZero();
    assertThat(ask("range", "move", "7", "1", "3")).isZero();
    assertThat(ask("node", "drain", "2")).isZero();
    assertThat(cluster.orders)
        .containsExactly(
            "transfer r7 n2", "add r7 n2", "remove r7 n1", "move r7 n1 n3", "drain n2");
  }

  @Test
  void shouldSplitRanges() {
    assertThat(ask("range", "split", "m", "-n", "ns")).isZero();
    assertThat(out.toString())
        .containsPattern("7 +\\\\x02\\\\x02nsm\n *100 +\\\\x02\\\\x02nsm")
        .contains("range 7 was split: range 100 begins with the key");
    assertThat(ask("range", "split", "bQ==", "--base64", "--raw", "--format", "json")).isZero();
    assertThat(out.toString())
        .contains("\"id\":7", "\"id\":100,\"start\":\"m\"")
        .doesNotContain("was split");
    cluster.splits = false;
    assertThat(ask("range", "split", "m", "-n", "ns")).isZero();
    assertThat(out.toString()).contains("range 100 began with the key already: nothing was done");
    assertThat(cluster.orders)
        .containsExactly("split \\x02\\x02nsm", "split m", "split \\x02\\x02nsm");
    cluster.failure =
        new TroupeException(ErrorCode.PRECONDITION_FAILED, "the system range stays in one piece");
    assertThat(ask("range", "split", "m")).isEqualTo(ExitCode.FAILED.status());
    assertThat(err.toString()).contains("[PRECONDITION_FAILED]", "the system range stays");
  }

  @Test
  void shouldMergeRanges() {
    assertThat(ask("range", "merge", "m", "-n", "ns")).isZero();
    assertThat(out.toString()).contains("range 7 has taken over its right-hand neighbour");
    assertThat(ask("range", "merge", "bQ==", "--base64", "--raw", "--format", "json")).isZero();
    assertThat(out.toString()).contains("\"id\":7");
    cluster.splits = false;
    assertThat(ask("range", "merge", "m", "-n", "ns")).isZero();
    assertThat(out.toString()).contains("the key is in the middle of range 7: nothing was done");
    assertThat(cluster.orders)
        .containsExactly("merge \\x02\\x02nsm", "merge m", "merge \\x02\\x02nsm");
    assertThat(ask("range", "merge", "--range", "7")).isZero();
    assertThat(cluster.orders).hasSize(4);
    assertThat(ask("range", "merge", "--range", "8")).isEqualTo(ExitCode.FAILED.status());
    assertThat(err.toString()).contains("[UNKNOWN_RANGE]");
    assertThat(ask("range", "merge")).isEqualTo(ExitCode.USAGE.status());
    assertThat(ask("range", "merge", "m", "--range", "7")).isEqualTo(ExitCode.USAGE.status());
  }

  @Test
  void shouldRepeatInitWithoutHarm() {
    assertThat(ask("init")).isZero();
    assertThat(out.toString()).contains("nothing to do");
    cluster.initialized = false;
    assertThat(ask("node", "ls")).isEqualTo(ExitCode.FAILED.status());
    assertThat(err.toString()).contains("[NOT_INITIALIZED]", "hint: form a cluster");
    assertThat(ask("init")).isZero();
    assertThat(out.toString()).contains("cluster c1 begins with node 1");
  }

  @Test
  void shouldSayThatNobodyAnswers() {
    int port = door.port();
    door.close();

    assertThat(run("kv", "get", "a", "--host", "127.0.0.1:" + port))
        .isEqualTo(ExitCode.UNREACHABLE.status());
    assertThat(err.toString()).contains("no node answers at 127.0.0.1:" + port, "hint:");
  }

  @Test
  void shouldRefuseWhatItDoesNotUnderstand() {
    assertThat(run()).isEqualTo(ExitCode.USAGE.status());
    assertThat(run("kv")).isEqualTo(ExitCode.USAGE.status());
    assertThat(err.toString()).contains("say what to do: get, put, del, scan");
    assertThat(run("kvv")).isEqualTo(ExitCode.USAGE.status());
    assertThat(err.toString()).contains("kvv");
    assertThat(ask("kv", "get", "a", "--format", "xml")).isEqualTo(ExitCode.USAGE.status());
    assertThat(ask("kv", "del")).isEqualTo(ExitCode.USAGE.status());
    assertThat(ask("kv", "scan", "--prefix", "a", "--from", "b"))
        .isEqualTo(ExitCode.USAGE.status());
    assertThat(run("demo", "--nodes", "0")).isEqualTo(ExitCode.USAGE.status());
    assertThat(run("start", "--port-base", "x")).isEqualTo(ExitCode.CONFIGURATION.status());
    assertThat(err.toString()).contains("troupe.ports.base");
    assertThat(run("start", "--listen-address", "0.0.0.0"))
        .isEqualTo(ExitCode.CONFIGURATION.status());
    assertThat(err.toString()).contains("--insecure");
  }

  @Test
  void shouldExplainEveryVerbAndExitStatus() {
    assertThat(run("--help")).isZero();
    for (ExitCode code : ExitCode.values()) {
      assertThat(out.toString()).contains(Integer.toString(code.status()));
    }
    assertThat(out.toString()).contains("demo", "start-single-node", "workload", "Exit status");
    for (String verb : List.of("start", "demo", "init", "node", "range", "kv", "version")) {
      assertThat(run(verb, "--help")).as(verb).isZero();
      assertThat(out.toString()).contains("Usage: troupe " + verb);
    }
    assertThat(run("version", "--build")).isZero();
    assertThat(out.toString()).contains("troupe 0.", "java ");
  }
}
