package dev.troupe.pgwire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.sql.kv.MemoryStore;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The first packet of a connection, as nobody should send it. The server goes on in any case. */
class StartupPacketTest {
  private static WireServer server;

  @BeforeAll
  static void start() {
    server = new WireServer(new MemoryStore(), WireServer.options(Authentication.TRUST, 1000, 0));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @AfterEach
  void shouldServeOn() throws IOException {
    try (var client = new WireClient(server.port()).login("root")) {
      assertThat(client.value("select 1")).isEqualTo("1");
    }
  }

  private static WireClient.Message answer(byte[]... bytes) throws IOException {
    try (var client = new WireClient(server.port())) {
      client.send(bytes);
      return client.lastWords();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 4, 5, 6, 7, -1, -80, Integer.MIN_VALUE, Integer.MAX_VALUE, 10_001})
  void shouldRefuseLengthsThatMakeNoSense(int length) throws IOException {
    assertThat(answer(WireClient.int32(length)).state()).isEqualTo("08P01");
    assertThat(answer(WireClient.int32(length), new byte[100]).state()).isEqualTo("08P01");
  }

  @Test
  void shouldReadNoMoreThanALittle() throws IOException {
    byte[] much = new byte[10 << 20];
    try (var client = new WireClient(server.port())) {
      client.send(WireClient.int32(4 + much.length), WireClient.int32(Startup.PROTOCOL_3_0));
      assertThat(client.lastWords().state()).isEqualTo("08P01");
    }
  }

  @Test
  void shouldWaitForBytesThatComeOneByOne() throws IOException {
    try (var client = new WireClient(server.port())) {
      for (byte each : WireClient.startup("user", "root")) {
        client.send(new byte[] {each});
      }
      assertThat(client.readTo('Z').getLast().type()).isEqualTo('Z');
    }
  }

  @Test
  void shouldNegotiateAboutVersions() throws IOException {
    for (int version : new int[] {2 << 16, 1, 4 << 16, 0x7fff0000, -1}) {
      assertThat(answer(WireClient.packet(WireClient.int32(version), new byte[1])).state())
          .isEqualTo("0A000");
    }
    try (var client = new WireClient(server.port())) {
      client.send(
          WireClient.packet(
              WireClient.int32(3 << 16 | 99),
              WireClient.text("user"),
              WireClient.text("root"),
              WireClient.text("_pq_.wish"),
              WireClient.text("1"),
              new byte[1]));
      List<WireClient.Message> greeting = client.readTo('Z');
      assertThat(greeting.getFirst().type()).isEqualTo('v');
      assertThat(greeting.getFirst().int32(0)).isZero();
      assertThat(greeting.getFirst().text(8)).isEqualTo("_pq_.wish\0");
      assertThat(greeting.getLast().type()).isEqualTo('Z');
    }
  }

  @Test
  void shouldRefuseParametersThatAreNone() throws IOException {
    byte[] version = WireClient.int32(Startup.PROTOCOL_3_0);
    byte[] user = WireClient.join(WireClient.text("user"), WireClient.text("root"));
    assertThat(answer(WireClient.packet(version, new byte[1])).state()).isEqualTo("28000");
    assertThat(answer(WireClient.startup("user", "")).state()).isEqualTo("28000");
    assertThat(answer(WireClient.packet(version, user)).state()).isEqualTo("08P01");
    assertThat(answer(WireClient.packet(version, user, new byte[2])).state()).isEqualTo("08P01");
    assertThat(answer(WireClient.packet(version, user, "x".getBytes())).state()).isEqualTo("08P01");
    assertThat(answer(WireClient.packet(version, user, WireClient.text("database"))).state())
        .isEqualTo("08P01");
    assertThat(answer(WireClient.packet(version, new byte[] {(byte) 0xff, 0, 0, 0})).state())
        .isNotEqualTo("XX000");
    assertThat(answer(WireClient.startup("user", "root", "nonsense", "1")).state())
        .isEqualTo("42704");
    assertThat(answer(WireClient.startup("user", "root", "database", "other")).state())
        .isEqualTo("3D000");
    assertThat(answer(WireClient.startup("user", "root", "replication", "true")).state())
        .isEqualTo("0A000");
  }

  @Test
  void shouldTakeTheLastOfTwo() throws IOException {
    try (var client = new WireClient(server.port())) {
      client.send(WireClient.startup("user", "nobody", "user", "root"));
      assertThat(client.readTo('Z').getLast().type()).isEqualTo('Z');
    }
  }

  @Test
  void shouldCancelNothingByGuesses() throws IOException {
    try (var victim = new WireClient(server.port())) {
      victim.send(WireClient.startup("user", "root"));
      WireClient.Message key =
          victim.readTo('Z').stream().filter(m -> m.type() == 'K').findFirst().orElseThrow();
      victim.send(WireClient.query("select pg_sleep(0.5)"));
      for (int i = 0; i < 500; i++) {
        try (var attacker = new WireClient(server.port())) {
          int secret = ThreadLocalRandom.current().nextInt();
          byte[] guess = WireClient.int32(secret == key.int32(4) ? secret + 1 : secret);
          attacker.send(
              WireClient.packet(
                  WireClient.int32(Startup.CANCEL), WireClient.int32(key.int32(0)), guess));
          if (i % 50 == 0) {
            attacker.send(WireClient.packet(WireClient.int32(Startup.CANCEL), new byte[4]));
            assertThat(attacker.read()).isNull();
          }
        }
      }
      assertThat(victim.types('Z')).isEqualTo("TDCZ");
    }
    assertThat(answer(WireClient.packet(WireClient.int32(Startup.CANCEL))).state())
        .isEqualTo("08P01");
  }
}
