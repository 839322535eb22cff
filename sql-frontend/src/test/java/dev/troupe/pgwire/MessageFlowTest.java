package dev.troupe.pgwire;

import static dev.troupe.pgwire.WireClient.bind;
import static dev.troupe.pgwire.WireClient.execute;
import static dev.troupe.pgwire.WireClient.int16;
import static dev.troupe.pgwire.WireClient.int32;
import static dev.troupe.pgwire.WireClient.message;
import static dev.troupe.pgwire.WireClient.parse;
import static dev.troupe.pgwire.WireClient.query;
import static dev.troupe.pgwire.WireClient.sync;
import static dev.troupe.pgwire.WireClient.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.troupe.sql.kv.MemoryStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages that are malformed, and messages at a wrong place. */
class MessageFlowTest {
  private static final MemoryStore STORE = new MemoryStore();
  private static WireServer server;
  private WireClient client;

  @BeforeAll
  static void start() throws SQLException {
    server = new WireServer(STORE, WireServer.options(Authentication.TRUST, 1000, 0));
    server.run("create table t(a int primary key, b text)");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void login() throws IOException {
    client = new WireClient(server.port()).login("root");
  }

  @AfterEach
  void logout() throws IOException {
    client.close();
  }

  /** The error, and then a session that works. */
  private String refused(byte[]... bytes) throws IOException {
    String state = state(bytes);
    assertThat(client.value("select 1")).isEqualTo("1");
    return state;
  }

  private String state(byte[]... bytes) throws IOException {
    client.send(bytes);
    client.send(sync());
    List<WireClient.Message> answer = client.readTo('Z');
    if ("QFS".indexOf(bytes[0][0]) >= 0) {
      // These are answered as a whole, and Sync by itself.
      answer.addAll(client.readTo('Z'));
    }
    assertThat(answer.getLast().type()).as("%s", answer).isEqualTo('Z');
    return answer.stream()
        .filter(m -> m.type() == 'E')
        .map(WireClient.Message::state)
        .findFirst()
        .orElse("none");
  }

  private String fatal(byte[]... bytes) throws IOException {
    client.send(bytes);
    WireClient.Message last = client.lastWords();
    assertThat(last.fields()).containsEntry('S', "FATAL");
    return last.state();
  }

  // --- frames ----------------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(ints = {0, 3, -1, Integer.MIN_VALUE, Integer.MAX_VALUE})
  void shouldEndAtLengthsThatMakeNoSense(int length) throws IOException {
    assertThat(fatal(new byte[] {'Q'}, int32(length), text("select 1"))).isEqualTo("08P01");
  }

  @ParameterizedTest
  @ValueSource(chars = {'p', 'q', 'Z', '\0', '\u00ff', 'R', '1'})
  void shouldEndAtTypesThatItDoesNotKnow(char type) throws IOException {
    assertThat(fatal(message(type, new byte[4]))).isEqualTo("08P01");
  }

  @Test
  void shouldForgetWhoLeavesWithinAMessage() throws IOException {
    byte[] whole = query("select 1");
    for (int cut = 1; cut < whole.length; cut++) {
      try (var other = new WireClient(server.port()).login("root")) {
        other.send(java.util.Arrays.copyOf(whole, cut));
        other.socket.shutdownOutput();
        assertThat(other.read()).isNull();
      }
    }
    await().until(() -> server.sessions.registry().count() == 1);
  }

  @Test
  void shouldRefuseBodiesThatAreTooShortOrTooLong() throws IOException {
    for (char type : "QPBDECfF".toCharArray()) {
      if (type != 'F') {
        assertThat(refused(message(type))).as("%s", type).isEqualTo("08P01");
      }
      assertThat(refused(message(type, new byte[] {'x'}))).as("%s", type).isIn("08P01", "0A000");
    }
    for (char type : "HSc".toCharArray()) {
      assertThat(refused(message(type, new byte[] {'x'}))).as("%s", type).isEqualTo("08P01");
    }
    assertThat(refused(query("select 1\0select 2"))).isEqualTo("08P01");
    assertThat(refused(message('Q', "select 1".getBytes()))).isEqualTo("08P01");
    assertThat(refused(message('D', new byte[] {'X', 0}))).isEqualTo("08P01");
    assertThat(refused(message('C', new byte[] {'X', 0}))).isEqualTo("08P01");
    assertThat(refused(message('E', text(""), int16(0)))).isEqualTo("08P01");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 32767, 65535})
  void shouldRefuseCountsBeyondTheMessage(int count) throws IOException {
    assertThat(refused(message('P', text(""), text("select 1"), int16(count)))).isEqualTo("08P01");
    byte[] names = WireClient.join(text(""), text(""));
    assertThat(refused(message('B', names, int16(count)))).isEqualTo("08P01");
    assertThat(refused(message('B', names, int16(0), int16(count)))).isEqualTo("08P01");
    assertThat(refused(message('B', names, int16(0), int16(0), int16(count)))).isEqualTo("08P01");
  }

  @ParameterizedTest
  @ValueSource(ints = {-2, 5, 1 << 20, Integer.MAX_VALUE, Integer.MIN_VALUE})
  void shouldRefuseValuesThatReachBeyondTheMessage(int length) throws IOException {
    assertThat(refused(parse("", "select $1::text"), value(0, int32(length), "abc")))
        .isEqualTo("08P01");
  }

  private static byte[] value(int format, byte[] length, String bytes) {
    return value(format, WireClient.join(length, bytes.getBytes()));
  }

  private static byte[] value(int format, byte[] lengthAndBytes) {
    return message(
        'B', text(""), text(""), int16(1), int16(format), int16(1), lengthAndBytes, int16(0));
  }

  @Test
  void shouldRefuseTextThatIsNone() throws IOException {
    for (byte[] bytes : List.of(new byte[] {'a', 0, 'b'}, new byte[] {(byte) 0xc0, (byte) 0x80})) {
      for (int format = 0; format <= 1; format++) {
        byte[] given = WireClient.join(int32(bytes.length), bytes);
        assertThat(refused(parse("", "select $1::text"), value(format, given))).isEqualTo("22021");
      }
    }
    byte[] broken = {'s', 'e', 'l', 'e', 'c', 't', ' ', '\'', (byte) 0xff, '\'', 0};
    assertThat(refused(message('Q', broken))).isEqualTo("22021");
    assertThat(refused(parse("", "select $1"), value(2, int32(0)))).isEqualTo("22023");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bool",
        "int2",
        "int4",
        "int8",
        "float4",
        "float8",
        "numeric",
        "date",
        "time",
        "timetz",
        "timestamp",
        "timestamptz",
        "interval",
        "uuid",
        "jsonb",
        "int4[]",
        "text[]"
      })
  void shouldRefuseBinaryValuesOfAWrongSize(String type) throws IOException {
    int sound = 0;
    for (int size = 0; size <= 18; size++) {
      for (byte fill : new byte[] {0, -1}) {
        byte[] bytes = new byte[size];
        java.util.Arrays.fill(bytes, fill);
        String state =
            state(
                parse("", "select $1::" + type),
                value(1, WireClient.join(int32(size), bytes)),
                execute(""));
        assertThat(state).as("%d bytes %d", size, fill).isNotEqualTo("XX000");
        sound += state.equals("none") ? 1 : 0;
      }
    }
    assertThat(sound).as("values that are right").isLessThan(10);
    assertThat(client.value("select 1")).isEqualTo("1");
  }

  // --- order -----------------------------------------------------------------------------------

  @Test
  void shouldRefuseWhatDoesNotExist() throws IOException {
    assertThat(refused(bind("", "missing"))).isEqualTo("26000");
    assertThat(refused(execute("missing"))).isEqualTo("34000");
    assertThat(refused(message('D', text("Smissing")))).isEqualTo("26000");
    assertThat(refused(message('D', text("Pmissing")))).isEqualTo("34000");
    assertThat(refused(message('C', text("Smissing")))).isEqualTo("none");
    byte[] closed = message('C', text("Pp"));
    assertThat(refused(parse("", "select 1"), bind("p", ""), closed, message('D', text("Pp"))))
        .isEqualTo("34000");
    assertThat(refused(parse("s", "select 1"), parse("s", "select 1"))).isEqualTo("42P05");
  }

  @Test
  void shouldSkipUpToSyncAfterAnError() throws IOException {
    client.send(
        parse("", "select 1/0"),
        bind("", ""),
        execute(""),
        parse("x", "select 2"),
        bind("", "x"),
        execute(""),
        query("select 3"),
        sync(),
        query("select 4"));
    assertThat(client.types('Z')).isEqualTo("12EZ");
    assertThat(client.types('Z')).isEqualTo("TDCZ");
    assertThat(refused(bind("", "x"))).isEqualTo("26000");
  }

  @Test
  void shouldPassOverCopyDataThatNobodyWants() throws IOException {
    client.send(message('d', "1\tx\n".getBytes()), message('c'), query("select 1"));
    assertThat(client.types('Z')).isEqualTo("TDCZ");
    client.send(message('f', text("no")), query("select 1"));
    assertThat(client.types('Z')).isEqualTo("TDCZ");
  }

  @Test
  void shouldEndACopyByWhateverElseComes() throws IOException {
    client.send(query("copy t from stdin"), message('d', "1\tx\n".getBytes()), query("select 1"));
    assertThat(client.types('E')).isEqualTo("GE");
    assertThat(client.types('Z')).isEqualTo("Z");
    assertThat(client.value("select count(*) from t")).isEqualTo("0");
  }

  @Test
  void shouldTakeAQueryWithinABatch() throws IOException {
    client.send(parse("", "select 1"), bind("", ""), query("select 2"), execute(""), sync());
    assertThat(client.types('Z')).isEqualTo("12TDCZ");
    // The unnamed portal went with the query.
    assertThat(client.types('Z')).isEqualTo("EZ");
  }

  @Test
  void shouldRollBackWhoTerminates() throws IOException {
    try (var other = new WireClient(server.port()).login("root")) {
      other.run("begin");
      other.run("insert into t values (7, 'x')");
      other.send(message('X'));
      assertThat(other.read()).isNull();
    }
    await().until(() -> server.sessions.registry().count() == 1);
    assertThat(client.value("select count(*) from t")).isEqualTo("0");
  }

  @Test
  void shouldAnswerTenThousandPipelinedStatements() throws IOException {
    int statements = 10_000;
    Thread sender =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    for (int i = 0; i < statements; i += 100) {
                      var some = new ByteArrayOutputStream();
                      for (int j = i; j < i + 100; j++) {
                        some.writeBytes(parse("", "select " + j));
                        some.writeBytes(bind("", ""));
                        some.writeBytes(execute(""));
                      }
                      client.send(some.toByteArray());
                    }
                    client.send(sync());
                  } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                  }
                });
    var values = new ArrayList<String>();
    for (WireClient.Message message : client.readTo('Z')) {
      if (message.type() == 'D') {
        values.add(message.text(6));
      }
    }
    assertThat(sender.isAlive()).isFalse();
    assertThat(values).hasSize(statements).startsWith("0").endsWith("" + (statements - 1));
  }
}
