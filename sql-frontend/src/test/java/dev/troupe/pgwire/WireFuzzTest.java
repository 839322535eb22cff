package dev.troupe.pgwire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.troupe.sql.kv.MemoryStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Sessions as clients have them, with bytes changed, taken out, doubled and moved, against a live
 * server: it answers or hangs up, finds no fault in itself, and serves on.
 *
 * <p>{@code -Dfuzz.seconds=600} goes on for longer, {@code -Dfuzz.seed=7} begins elsewhere.
 */
class WireFuzzTest {
  private static final Duration LENGTH = Duration.ofSeconds(Long.getLong("fuzz.seconds", 4));
  private static final long SEED = Long.getLong("fuzz.seed", 1);
  private static final int BYTES_READ_MAX = 8 << 20;

  private static WireServer open;
  private static WireServer guarded;

  @BeforeAll
  static void start() throws SQLException {
    open = new WireServer(new MemoryStore(), WireServer.options(Authentication.TRUST, 1000, 0));
    guarded = new WireServer(open.sessions, WireServer.options(Authentication.SCRAM, 1000, 0));
    open.run("create table t(a int primary key, b text, c numeric, d timestamptz)");
    open.run("create user anna password 'apple pie'");
  }

  @AfterAll
  static void stop() {
    guarded.close();
    open.close();
  }

  // --- sessions --------------------------------------------------------------------------------

  private static byte[] parameter(int format, String oid, byte[] value) {
    return WireClient.join(
        WireClient.parse("", "select $1::" + oid + ", 1"),
        WireClient.message(
            'B',
            WireClient.text(""),
            WireClient.text(""),
            WireClient.int16(1),
            WireClient.int16(format),
            WireClient.int16(1),
            WireClient.int32(value.length),
            value,
            WireClient.int16(1),
            WireClient.int16(format)),
        WireClient.message('D', WireClient.text("P")),
        WireClient.execute(""));
  }

  /** Messages of recorded sessions: each list begins with its start-up packet. */
  private static List<List<byte[]>> sessions() {
    byte[] startup = WireClient.startup("user", "root", "application_name", "fuzz");
    return List.of(
        List.of(
            startup,
            WireClient.query("select 1, 'x', null, now()"),
            WireClient.query("insert into t values (1, 'one', 1.5, now()) on conflict do nothing"),
            WireClient.query("begin; select * from t; rollback"),
            WireClient.query("set datestyle = 'ISO, DMY'; show datestyle"),
            WireClient.message('X')),
        List.of(
            WireClient.packet(WireClient.int32(Startup.SSL)),
            startup,
            WireClient.parse("s", "select a, b from t where a = $1"),
            WireClient.message('D', WireClient.text("Ss")),
            WireClient.message(
                'B',
                WireClient.text("p"),
                WireClient.text("s"),
                WireClient.int16(0),
                WireClient.int16(1),
                WireClient.int32(1),
                new byte[] {'1'},
                WireClient.int16(0)),
            WireClient.message('E', WireClient.text("p"), WireClient.int32(1)),
            WireClient.message('H'),
            WireClient.message('C', WireClient.text("Pp")),
            WireClient.sync(),
            WireClient.message('X')),
        values(startup),
        List.of(
            startup,
            WireClient.query("begin"),
            WireClient.query("copy t(a, b) from stdin"),
            WireClient.message('d', "1\tx\n2\t\\N\n".getBytes()),
            WireClient.message('d', "3\ty\n".getBytes()),
            WireClient.message('c'),
            WireClient.query("copy t to stdout (format csv)"),
            WireClient.query("rollback")),
        List.of(
            WireClient.packet(
                WireClient.int32(Startup.CANCEL), WireClient.int32(65537), WireClient.int32(1))));
  }

  /** Values of some types in their binary and text forms. */
  private static List<byte[]> values(byte[] startup) {
    byte[] numeric = {0, 2, 0, 0, 0, 0, 0, 2, 0, 1, 19, (byte) 136};
    return List.of(
        startup,
        parameter(1, "int4", WireClient.int32(7)),
        parameter(1, "numeric", numeric),
        parameter(1, "timestamptz", new byte[8]),
        parameter(
            1,
            "int4[]",
            WireClient.join(
                WireClient.int32(1),
                WireClient.int32(0),
                WireClient.int32(23),
                WireClient.int32(1),
                WireClient.int32(1),
                WireClient.int32(4),
                WireClient.int32(9))),
        parameter(1, "jsonb", "\u0001{\"a\": [1, 2]}".getBytes()),
        parameter(0, "interval", "1 day 02:03:04".getBytes()),
        WireClient.sync());
  }

  /** A login whose second half cannot be recorded: it depends on what the server says. */
  private static List<byte[]> login() {
    var scram = new ScramClient();
    return List.of(
        WireClient.startup("user", "anna"),
        scram.initial(),
        ScramClient.response(
            "c=biws,r=" + scram.nonce + "x,p=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="));
  }

  // --- changes ---------------------------------------------------------------------------------

  private static byte[] changed(List<byte[]> messages, Random random) {
    var all = new ArrayList<>(messages);
    int changes = 1 + random.nextInt(3);
    for (int i = 0; i < changes; i++) {
      // The first message decides whether there is a session at all: it is mostly left alone.
      int at = random.nextInt(8) == 0 ? 0 : random.nextInt(all.size());
      switch (random.nextInt(4)) {
        case 0 -> all.add(at, all.get(random.nextInt(all.size())));
        case 1 -> {
          if (all.size() > 1 && at > 0) {
            all.remove(at);
          }
        }
        default -> all.set(at, changed(all.get(at), random));
      }
    }
    var bytes = new ByteArrayOutputStream();
    all.forEach(bytes::writeBytes);
    return bytes.toByteArray();
  }

  private static byte[] changed(byte[] message, Random random) {
    byte[] bytes = message.clone();
    if (bytes.length == 0) {
      return bytes;
    }
    int at = random.nextInt(bytes.length);
    switch (random.nextInt(6)) {
      case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> bytes[at] = (byte) random.nextInt();
      case 2 -> bytes[at] = new byte[] {0, 1, 127, -128, -1}[random.nextInt(5)];
      case 3 -> {
        int from = Math.min(at, Math.max(0, bytes.length - 4));
        if (bytes.length >= 4) {
          int[] edges = {0, 1, 3, 4, -1, 0x7fffffff, 0x80000000, bytes.length, 1 << 20};
          ByteBuffer.wrap(bytes).putInt(from, edges[random.nextInt(edges.length)]);
        }
      }
      case 4 -> bytes = Arrays.copyOf(bytes, at);
      default -> {
        // A part twice, with a length that is right again.
        byte[] longer = WireClient.join(bytes, Arrays.copyOfRange(bytes, at, bytes.length));
        if (bytes[0] >= 'A' && longer.length >= 5) {
          ByteBuffer.wrap(longer).putInt(1, longer.length - 1);
        }
        bytes = longer;
      }
    }
    return bytes;
  }

  // --- what must hold --------------------------------------------------------------------------

  /** Sends, says that this is all, and takes what comes. */
  private static void play(int port, byte[] bytes, String what) throws IOException {
    try (var client = new WireClient(port)) {
      try {
        client.send(bytes);
        client.socket.shutdownOutput();
      } catch (IOException hungUp) {
        // The server has heard enough already.
      }
      byte[] answer = new byte[1 << 16];
      int seen = 0;
      var said = new ByteArrayOutputStream();
      try {
        for (int read = client.socket.getInputStream().read(answer);
            read >= 0 && seen < BYTES_READ_MAX;
            read = client.socket.getInputStream().read(answer)) {
          seen += read;
          said.write(answer, 0, read);
        }
      } catch (SocketException reset) {
        // What was sent beyond the end is answered by the system so.
      }
      assertThat(said.toString(StandardCharsets.ISO_8859_1))
          .as(what)
          .doesNotContain("XX000", "internal error");
    }
  }

  @Test
  void shouldAnswerOrHangUpAndServeOn() throws IOException {
    List<List<byte[]>> recorded = sessions();
    long end = System.nanoTime() + LENGTH.toNanos();
    int rounds = 0;
    for (long seed = SEED; System.nanoTime() < end; seed++, rounds++) {
      var random = new Random(seed);
      int which = random.nextInt(recorded.size() + 1);
      boolean login = which == recorded.size();
      byte[] bytes = changed(login ? login() : recorded.get(which), random);
      play(login ? guarded.port() : open.port(), bytes, "-Dfuzz.seed=" + seed);
    }
    assertThat(rounds).isGreaterThan(50);
    await().until(() -> open.server.connections() + guarded.server.connections() == 0);
    assertThat(open.sessions.registry().count()).isZero();
    try (var client = new WireClient(open.port()).login("root")) {
      assertThat(client.value("select count(*) >= 0 from t")).isEqualTo("t");
    }
  }
}
