package dev.troupe.pgwire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages are cut out of whatever bytes come, in whatever pieces. */
class WireInputTest {
  private final WireOutput out = new WireOutput(new ByteArrayOutputStream());

  private static byte[] message(char type, byte[] body) {
    return ByteBuffer.allocate(5 + body.length)
        .put((byte) type)
        .putInt(4 + body.length)
        .put(body)
        .array();
  }

  private static byte[] query(String sql) {
    return message('Q', (sql + "\0").getBytes(StandardCharsets.UTF_8));
  }

  /** Gives one byte at a time. */
  private static InputStream dripping(byte[] bytes) {
    return new InputStream() {
      private int at;

      @Override
      public int read() {
        return at < bytes.length ? bytes[at++] & 0xff : -1;
      }

      @Override
      public int read(byte[] into, int offset, int length) {
        int next = read();
        if (next < 0) {
          return -1;
        }
        into[offset] = (byte) next;
        return 1;
      }
    };
  }

  @Test
  void shouldReadMessagesOneByteAtATime() throws IOException {
    byte[] bytes =
        ByteBuffer.allocate(200).put(query("select 1")).put(query("")).put(query("ä")).array();
    var in = new WireInput(dripping(bytes), out);
    for (String sql : new String[] {"select 1", "", "ä"}) {
      assertThat(in.messageType()).isEqualTo('Q');
      assertThat(FrontendDecoder.decode('Q', in.messageBody()))
          .isEqualTo(new FrontendMessage.Query(sql));
    }
  }

  @Test
  void shouldReadAMessageThatIsLargerThanTheBuffer() throws IOException {
    String sql = "select '" + "x".repeat(300_000) + "'";
    var in = new WireInput(new ByteArrayInputStream(query(sql)), out);
    in.messageType();
    assertThat(FrontendDecoder.decode('Q', in.messageBody()))
        .isEqualTo(new FrontendMessage.Query(sql));
    assertThat(in.messageType()).isEqualTo(-1);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, -1, Integer.MIN_VALUE, Integer.MAX_VALUE})
  void shouldEndAtALengthThatMakesNoSense(int length) throws IOException {
    byte[] bytes = ByteBuffer.allocate(5).put((byte) 'Q').putInt(length).array();
    var in = new WireInput(new ByteArrayInputStream(bytes), out);
    in.messageType();
    assertThatThrownBy(in::messageBody).isInstanceOf(FatalProtocolException.class);
  }

  @Test
  void shouldSkipATooLongMessageAndGoOn() throws IOException {
    int body = WireInput.BODY_BYTES_MAX + 1;
    InputStream header =
        new ByteArrayInputStream(ByteBuffer.allocate(5).put((byte) 'Q').putInt(4 + body).array());
    InputStream all =
        new java.io.SequenceInputStream(
            new java.io.SequenceInputStream(header, new Zeros(body)),
            new ByteArrayInputStream(query("select 2")));
    var in = new WireInput(all, out);
    in.messageType();
    assertThatThrownBy(in::messageBody)
        .isInstanceOfSatisfying(
            SqlException.class,
            e -> assertThat(e.state()).isEqualTo(SqlState.PROGRAM_LIMIT_EXCEEDED));
    assertThat(in.messageType()).isEqualTo('Q');
    assertThat(FrontendDecoder.decode('Q', in.messageBody()))
        .isEqualTo(new FrontendMessage.Query("select 2"));
  }

  @Test
  void shouldTellAnEndWithinAMessage() throws IOException {
    byte[] whole = query("select 1");
    for (int cut = 1; cut < whole.length; cut++) {
      var in = new WireInput(new ByteArrayInputStream(whole, 0, cut), out);
      in.messageType();
      assertThatThrownBy(in::messageBody).isInstanceOf(EOFException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 4, 7, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, 10_001})
  void shouldRefuseStartupPacketsOfWrongLength(int length) {
    byte[] bytes = ByteBuffer.allocate(64).putInt(length).array();
    var in = new WireInput(new ByteArrayInputStream(bytes), out);
    assertThatThrownBy(() -> in.startupPacket(Startup.PACKET_BYTES_MAX))
        .isInstanceOfSatisfying(
            SqlException.class, e -> assertThat(e.state()).isEqualTo(SqlState.PROTOCOL_VIOLATION));
  }

  /** So many zeros. */
  private static final class Zeros extends InputStream {
    private long left;

    Zeros(long count) {
      left = count;
    }

    @Override
    public int read() {
      return left-- > 0 ? 0 : -1;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
      if (left <= 0) {
        return -1;
      }
      int count = (int) Math.min(length, left);
      left -= count;
      return count;
    }
  }

  @Test
  void shouldKnowWhetherOneExecutionIsAllUpToTheNextSync() throws IOException {
    assertThat(endsWithin(1, "BDES")).isTrue();
    assertThat(endsWithin(0, "S")).isTrue();
    assertThat(endsWithin(1, "DS")).isTrue();
    assertThat(endsWithin(0, "ES")).isFalse();
    assertThat(endsWithin(1, "BEBES")).isFalse();
    assertThat(endsWithin(1, "BEQS")).isFalse();
    // What comes next has not arrived.
    assertThat(endsWithin(1, "BE")).isFalse();
    assertThat(endsWithin(1, "")).isFalse();
  }

  /** Asked behind a first message. */
  private boolean endsWithin(int executions, String types) throws IOException {
    var bytes = ByteBuffer.allocate(400).put(message('P', new byte[3]));
    for (char type : types.toCharArray()) {
      bytes.put(message(type, new byte[type == 'S' ? 0 : 7]));
    }
    var in = new WireInput(new ByteArrayInputStream(bytes.array(), 0, bytes.position()), out);
    in.messageType();
    in.messageBody();
    return in.endsWithin(executions);
  }
}
