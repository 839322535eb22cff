package dev.troupe.chaos.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.chaos.history.Attempt.Outcome;
import dev.troupe.chaos.history.HistoryEvent.Type;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HistoryFormatTest {
  private static final Key X = Key.of("x");
  private static final Key ONE = Key.of(1);

  private static History read(String... lines) throws IOException {
    return History.read("file", stream(String.join("\n", lines)));
  }

  private static InputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  private static void assertMalformed(String message, String... lines) {
    assertThatThrownBy(() -> read(lines))
        .isInstanceOf(MalformedHistoryException.class)
        .hasMessageContaining(message);
  }

  private static String line(int process, String type, long time, String value) {
    return "{\"process\":%d,\"type\":\"%s\",\"time\":%d,\"value\":%s}"
        .formatted(process, type, time, value);
  }

  @Test
  void shouldReadWhatItWrote() throws IOException {
    List<HistoryEvent> events =
        List.of(
            new HistoryEvent(
                3,
                Type.INVOKE,
                Long.MAX_VALUE,
                "mixed",
                List.of(
                    new MicroOp.Append(X, -7),
                    new MicroOp.ReadNothing(ONE),
                    new MicroOp.ReadValue(ONE, 5),
                    new MicroOp.ReadList(Key.of("1"), Values.of(1, 2, 3)),
                    new MicroOp.ReadList(X, Values.of()),
                    new MicroOp.Write(Key.of("a \"b\"\n"), 4),
                    new MicroOp.CompareAndSet(X, null, 1),
                    new MicroOp.CompareAndSet(X, 1L, 2),
                    new MicroOp.Increment(ONE, 1),
                    new MicroOp.Transfer(Key.of("7"), X, 10),
                    new MicroOp.Balances(null),
                    new MicroOp.Balances(Map.of(Key.of("7"), -1L))),
                null),
            new HistoryEvent(0, Type.INFO, 0, null, List.of(), "timed out"));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (HistoryWriter writer = new HistoryWriter(out)) {
      for (HistoryEvent event : events) {
        writer.write(event);
      }
    }
    List<HistoryEvent> back = new ArrayList<>();
    try (HistoryReader reader =
        new HistoryReader("file", new ByteArrayInputStream(out.toByteArray()))) {
      for (HistoryEvent event; (event = reader.next()) != null; ) {
        back.add(event);
      }
    }
    assertThat(back).isEqualTo(events);
    assertThat(out.toString(StandardCharsets.UTF_8).lines()).hasSize(2);
  }

  @Test
  void shouldReadTheDocumentedForm() throws IOException {
    History history =
        read(
            "{\"process\":0,\"type\":\"invoke\",\"time\":5,\"value\":[[\"append\",\"x\",1],[\"r\",1,null]]}",
            "",
            "{\"process\":0,\"type\":\"ok\",\"time\":9,\"other\":{\"a\":[1]},\"value\":[[\"append\",\"x\",1],[\"r\",1,[4,5]]]}");
    Attempt attempt = history.attempts().getFirst();
    assertThat(attempt.outcome()).isEqualTo(Outcome.OK);
    assertThat(attempt.invokedAt()).isEqualTo(5);
    assertThat(attempt.completedAt()).isEqualTo(9);
    assertThat(attempt.ops())
        .containsExactly(new MicroOp.Append(X, 1), new MicroOp.ReadList(ONE, Values.of(4, 5)));
  }

  @Test
  void shouldTakeWhatWasNeverCompletedForUnknown() throws IOException {
    History history =
        read(
            line(1, "invoke", 1, "[[\"w\",1,1]]"),
            line(2, "invoke", 2, "[[\"w\",1,2]]"),
            line(3, "invoke", 3, "[[\"w\",1,3]]"),
            line(2, "info", 4, "null"),
            line(3, "fail", 5, "[]"));
    assertThat(history.attempts())
        .extracting(Attempt::outcome)
        .containsExactly(Outcome.UNKNOWN, Outcome.UNKNOWN, Outcome.FAILED);
    assertThat(history.attempts().get(2).ops()).containsExactly(new MicroOp.Write(ONE, 3));
  }

  @Test
  void shouldKeepProcessesOfSeveralFilesApart(@TempDir Path folder) throws IOException {
    Path first = folder.resolve("first");
    Path second = folder.resolve("second");
    Files.writeString(first, line(0, "invoke", 1, "[]") + "\n" + line(0, "ok", 8, "[]") + "\n");
    Files.writeString(second, line(0, "invoke", 2, "[]") + "\n" + line(0, "ok", 3, "[]") + "\n");
    assertThat(History.read(List.of(first, second)).attempts())
        .extracting(Attempt::process, Attempt::invokedAt, Attempt::completedAt)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(0, 1L, 8L),
            org.assertj.core.groups.Tuple.tuple(1, 2L, 3L));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"process":0,                                             | not JSON
          [1]                                                       | an event is an object
          {"process":0,"type":"invoke"}                             | process, type and time
          {"process":0,"type":"done","time":1}                      | 'done' is no type
          {"process":"0","type":"ok","time":1}                      | process must be a whole number
          {"process":99999999999,"type":"ok","time":1}              | 32 bits
          {"process":0,"type":"ok","time":1e99}                     | time must be a whole number
          {"process":0,"type":"ok","time":99999999999999999999}     | not JSON
          {"process":0,"type":"ok","time":1,"value":7}              | list of steps
          {"process":0,"type":"ok","time":1,"value":[7]}            | a step is a list
          {"process":0,"type":"ok","time":1,"value":[["hop",1]]}    | 'hop' is no step
          {"process":0,"type":"ok","time":1,"value":[["r",1.5,1]]}  | a key is
          {"process":0,"type":"ok","time":1,"value":[["r",1,"a"]]}  | whole number
          {"process":0,"type":"ok","time":1,"value":[["r",1,1,1]]}  | more parts
          {"process":0,"type":"ok","time":1,"value":[["cas",1,1]]}  | [old, new]
          {"process":0,"type":"ok","time":1} {}                     | something after
          {"process":0,"type":"ok","time":1}                        | did not invoke
          """)
  void shouldNameFileAndLineOfWhatIsNoEvent(String line, String message) {
    assertMalformed(message, line(9, "invoke", 1, "[]"), line);
    assertMalformed("file:2: ", line(9, "invoke", 1, "[]"), line);
  }

  @Test
  void shouldRefuseEventsThatDoNotFit() {
    assertMalformed("while its last", line(1, "invoke", 1, "[]"), line(1, "invoke", 2, "[]"));
    assertMalformed("goes back", line(1, "invoke", 2, "[]"), line(1, "ok", 1, "[]"));
    assertMalformed(
        "comes back",
        line(1, "invoke", 1, "[]"),
        line(1, "info", 2, "[]"),
        line(1, "invoke", 3, "[]"));
    assertMalformed(
        "was answered",
        line(1, "invoke", 1, "[[\"append\",1,1]]"),
        line(1, "ok", 2, "[[\"append\",1,2]]"));
    assertMalformed(
        "was answered",
        line(1, "invoke", 1, "[[\"r\",1,null]]"),
        line(1, "ok", 2, "[[\"r\",2,[1]]]"));
  }

  @Test
  void shouldRefuseALineWithoutEnd() {
    byte[] endless = new byte[HistoryReader.LINE_BYTES_MAX + 1];
    java.util.Arrays.fill(endless, (byte) ' ');
    assertThatThrownBy(() -> History.read("file", new ByteArrayInputStream(endless)))
        .isInstanceOf(MalformedHistoryException.class)
        .hasMessageContaining("file:1: the line is longer");
  }
}
