package dev.troupe.pgwire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.spi.SessionSignals;
import dev.troupe.sql.kv.MemoryStore;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Statements end when their client, or the time, wants them to: wherever they are. */
class CancelTest {
  private static final String ENDLESS = "select count(*) from generate_series(1, 1000000000) g";

  private final MemoryStore store = new MemoryStore();
  private WireServer server;
  private WireClient client;
  private WireClient.Message key;

  @BeforeEach
  void start() throws IOException, SQLException {
    server = new WireServer(store, WireServer.options(Authentication.TRUST, 100, 0));
    server.run("create table t(a int primary key)");
    client = new WireClient(server.port());
    client.send(WireClient.startup("user", "root"));
    key = client.readTo('Z').stream().filter(m -> m.type() == 'K').findFirst().orElseThrow();
  }

  @AfterEach
  void stop() throws IOException {
    store.held = null;
    client.close();
    server.close();
  }

  private static void cancel(int port, int pid, int secret) throws IOException {
    try (var other = new WireClient(port)) {
      other.send(
          WireClient.packet(
              WireClient.int32(Startup.CANCEL), WireClient.int32(pid), WireClient.int32(secret)));
      assertThat(other.read()).isNull();
    }
  }

  private boolean active() {
    return server.sessions.registry().all().stream().anyMatch(session -> session.active());
  }

  private WireClient.Message end() throws IOException {
    return client.readTo('Z').stream().filter(m -> m.type() == 'E').findFirst().orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "select pg_sleep(1000)",
        ENDLESS,
        "select count(*) from generate_series(1, 100000) a, generate_series(1, 100000) b",
        "select g from generate_series(1, 1000000000) g order by -g",
        "select max(g) from generate_series(1, 1000000000) g group by g % 7",
        // A step takes a while, and gives one row: the result does not outgrow its memory first.
        "with recursive r(n) as (select 1 union all select n + 1 from r,"
            + " generate_series(1, 100000) g where g = n) select max(n) from r",
        "insert into t select g from generate_series(1, 1000000000) g where g < 0",
        "explain analyze " + ENDLESS,
        "begin; select 1; " + ENDLESS,
        "copy (select g from generate_series(1, 1000000000) g where g < 0) to stdout"
      })
  void shouldEndStatements(String sql) throws IOException {
    client.send(WireClient.query(sql));
    await().until(this::active);
    cancel(server.port(), key.int32(0), key.int32(4));
    WireClient.Message cancelled = end();
    assertThat(cancelled.state()).isEqualTo("57014");
    assertThat(cancelled.fields().get('M')).isEqualTo("canceling statement due to user request");
    client.run("rollback");
    client.run("set statement_timeout = '50ms'");
    client.send(WireClient.query(sql));
    WireClient.Message late = end();
    assertThat(late.state()).isEqualTo("57014");
    assertThat(late.fields().get('M')).isEqualTo("canceling statement due to statement timeout");
    client.run("rollback");
    client.run("reset statement_timeout");
    assertThat(client.value("select count(*) from t")).isEqualTo("0");
  }

  @Test
  void shouldEndStatementsOfTheExtendedProtocol() throws IOException {
    client.send(
        WireClient.parse("", ENDLESS),
        WireClient.bind("", ""),
        WireClient.execute(""),
        WireClient.sync());
    await().until(this::active);
    cancel(server.port(), key.int32(0), key.int32(4));
    assertThat(end().state()).isEqualTo("57014");
  }

  @Test
  void shouldCancelNothingLater() throws IOException {
    cancel(server.port(), key.int32(0), key.int32(4));
    cancel(server.port(), key.int32(0), key.int32(4) + 1);
    assertThat(client.value("select 1")).isEqualTo("1");
    client.send(WireClient.query("select pg_sleep(0.3)"));
    await().until(this::active);
    cancel(server.port(), key.int32(0), key.int32(4) + 1);
    cancel(server.port(), key.int32(0) + 1, key.int32(4));
    assertThat(client.types('Z')).isEqualTo("TDCZ");
  }

  // --- while a commit is under way -------------------------------------------------------------

  /** Sends a statement whose commit is not answered before the test wants it to be. */
  private Deque<Runnable> commitHeld() throws IOException {
    client.run("begin");
    client.run("insert into t values (1)");
    Deque<Runnable> held = new ConcurrentLinkedDeque<>();
    store.held = held;
    client.send(WireClient.query("commit"));
    await().until(() -> !held.isEmpty());
    cancel(server.port(), key.int32(0), key.int32(4));
    return held;
  }

  @Test
  void shouldNotWaitForeverForACommit() throws IOException {
    commitHeld();
    WireClient.Message unknown = end();
    assertThat(unknown.state()).isEqualTo("40003");
    store.held = null;
    assertThat(client.value("select 1")).isEqualTo("1");
  }

  @Test
  void shouldTellOfACommitThatIsDoneSoon() throws IOException {
    Deque<Runnable> held = commitHeld();
    store.held = null;
    held.remove().run();
    assertThat(client.types('Z')).isEqualTo("CZ");
    assertThat(client.value("select count(*) from t")).isEqualTo("1");
  }

  // --- by way of other nodes -------------------------------------------------------------------

  /** What a door sends to other nodes. */
  private static final class Recording implements SessionSignals {
    private final ConcurrentLinkedQueue<String> sent = new ConcurrentLinkedQueue<>();
    private Consumer<Signal> listener = signal -> {};

    @Override
    public NodeId self() {
      return new NodeId(7);
    }

    @Override
    public void send(NodeId to, Signal signal) {
      Cancel cancel = (Cancel) signal;
      sent.add(to.value() + ":" + cancel.session() + ":" + cancel.secret().length);
    }

    @Override
    public void listen(Consumer<Signal> local) {
      listener = local;
    }
  }

  @Test
  void shouldPassRequestsToTheNodeOfTheSession() throws Exception {
    var signals = new Recording();
    var keys = new CancelKeys(signals);
    CancelKeys.Key own = keys.reserve();
    assertThat(own.pid() >>> 16).isEqualTo(7);
    keys.cancel(own.pid(), own.secret());
    keys.cancel(own.pid() & 0xffff | 1, own.secret());
    keys.cancel(-1, own.secret());
    keys.cancel(0, own.secret());
    keys.cancel(9 << 16 | 5, new byte[] {1, 2, 3});
    keys.cancel(9 << 16 | 5, new byte[5000]);
    assertThat(signals.sent).isEmpty();
    keys.cancel(9 << 16 | 5, own.secret());
    assertThat(signals.sent).containsExactly("9:" + (9 << 16 | 5) + ":4");
    // What comes from another node goes no further.
    signals.listener.accept(new SessionSignals.Cancel(9 << 16 | 5, own.secret()));
    assertThat(signals.sent).hasSize(1);
  }

  @Test
  void shouldGiveEachSessionAKeyOfItsOwn() {
    var keys = new CancelKeys(new Recording());
    List<CancelKeys.Key> all = IntStream.range(0, 60_000).mapToObj(i -> keys.reserve()).toList();
    assertThat(all.stream().map(CancelKeys.Key::pid).distinct().count()).isEqualTo(60_000);
    assertThat(all).allMatch(key -> key.pid() > 0);
    all.forEach(keys::forget);
  }
}
