package dev.troupe.pgwire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.troupe.sql.kv.MemoryStore;
import dev.troupe.sql.session.Places;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Many clients at once, most of whom mean no good. */
class CrowdTest {
  private static final int MEGABYTE = 1 << 20;

  private WireServer server;
  private final List<WireClient> clients = new ArrayList<>();

  private void start(int max, Duration timeout) throws SQLException {
    server =
        new WireServer(
            new MemoryStore(),
            new PgOptions(new Places(max, 1), Authentication.TRUST, timeout, null));
    server.run("create user plain");
    await().until(() -> server.server.connections() == 0);
  }

  @AfterEach
  void stop() throws IOException {
    for (WireClient client : clients) {
      client.close();
    }
    server.close();
  }

  private WireClient connect() throws IOException {
    var client = new WireClient(server.port());
    clients.add(client);
    return client;
  }

  @Test
  void shouldRefuseAFloodAtOnceAndKeepAPlaceForTheAdministrator() throws Exception {
    start(3, Duration.ofSeconds(30));
    WireClient first = connect().login("plain");
    connect().login("plain");
    try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
      var refusals = new ArrayList<CompletableFuture<String>>();
      for (int i = 0; i < 300; i++) {
        refusals.add(
            CompletableFuture.supplyAsync(
                () -> {
                  try (var client = new WireClient(server.port())) {
                    client.send(WireClient.startup("user", "plain"));
                    return client.lastWords().state();
                  } catch (IOException e) {
                    return e.toString();
                  }
                },
                pool));
      }
      assertThat(refusals).extracting(CompletableFuture::join).containsOnly("53300");
    }
    assertThat(connect().login("root").value("select 1")).isEqualTo("1");
    assertThat(first.value("select 1")).isEqualTo("1");
  }

  @Test
  void shouldCutOffWhoDoesNotGetDone() throws Exception {
    start(10, Duration.ofMillis(700));
    for (int i = 0; i < 50; i++) {
      connect().send(new byte[i % 8]);
    }
    assertThat(connect().login("plain").value("select 1")).isEqualTo("1");
    for (WireClient slow : clients.subList(0, 50)) {
      // Zeros are a length that makes no sense: those are told so before.
      assertThat(slow.lastWords().type()).isIn('E', '-');
    }
    await().until(() -> server.server.connections() == 1);
  }

  @Test
  void shouldGiveNewcomersThePlaceOfThoseWhoLinger() throws Exception {
    start(10, Duration.ofMinutes(10));
    for (int i = 0; i < 1100; i++) {
      connect();
    }
    await().until(() -> server.server.connections() <= 1024);
    assertThat(connect().login("plain").value("select 1")).isEqualTo("1");
    assertThat(clients.getFirst().read()).isNull();
  }

  @Test
  void shouldAnswerWhoHasSaidAll() throws Exception {
    start(10, Duration.ofSeconds(30));
    WireClient client = connect().login("plain");
    client.send(WireClient.query("select 1"));
    client.socket.shutdownOutput();
    assertThat(client.types('Z')).isEqualTo("TDCZ");
    assertThat(client.read()).isNull();
    await().until(() -> server.sessions.registry().count() == 0);
  }

  @Test
  void shouldKeepLittleForAClientThatDoesNotRead() throws Exception {
    start(30, Duration.ofSeconds(30));
    WireClient other = connect().login("root");
    long before = usedHeap();
    for (int i = 0; i < 20; i++) {
      WireClient silent = connect().login("plain");
      silent.send(WireClient.query("select repeat('x', 1000) from generate_series(1, 1000000) g"));
    }
    await()
        .until(
            () ->
                other
                    .value("select count(*) from pg_stat_activity where state = 'active'")
                    .equals("21"));
    assertThat(usedHeap() - before).isLessThan(60L * MEGABYTE);
    for (WireClient silent : clients.subList(1, 21)) {
      silent.close();
    }
    await().until(() -> server.sessions.registry().count() == 1);
  }

  private static long usedHeap() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  @Test
  void shouldSurviveConnectionsThatAreReset() throws Exception {
    start(500, Duration.ofSeconds(30));
    WireClient witness = connect().login("root");
    witness.run("create table t(a int)");
    byte[] whole =
        WireClient.join(
            WireClient.startup("user", "plain"),
            WireClient.query("begin; insert into t values (1)"),
            WireClient.query("select repeat('x', 1000) from generate_series(1, 1000)"),
            WireClient.parse("", "select 1"),
            WireClient.bind("", ""),
            WireClient.execute(""));
    var random = new Random(42);
    for (int i = 0; i < 600; i++) {
      try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
        socket.setSoLinger(true, 0);
        socket.getOutputStream().write(whole, 0, random.nextInt(whole.length + 1));
      }
    }
    await().until(() -> server.server.connections() == 1);
    assertThat(server.sessions.registry().count()).isEqualTo(1);
    assertThat(witness.value("select count(*) from t")).isEqualTo("0");
  }
}
