package dev.troupe.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class CheckCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir private Path folder;

  private int run(String... args) {
    return new CommandLine(new ChaosCommand())
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(args);
  }

  private String file(String name, String... lines) throws IOException {
    return Files.writeString(folder.resolve(name), String.join("\n", lines)).toString();
  }

  private static String[] operation(int process, int from, String asked, String answered) {
    String form = "{\"process\":%d,\"type\":\"%s\",\"time\":%d,\"value\":%s}";
    return new String[] {
      form.formatted(process, "invoke", from, asked),
      form.formatted(process, "ok", from + 1, answered)
    };
  }

  @Test
  void shouldJudgeSeveralFilesTogether() throws IOException {
    String appended = "[[\"append\",\"x\",1]]";
    String writer = file("writer", operation(0, 10, appended, appended));
    String good = file("good", operation(0, 20, "[[\"r\",\"x\",null]]", "[[\"r\",\"x\",[1]]]"));
    String stale = file("stale", operation(0, 20, "[[\"r\",\"x\",null]]", "[[\"r\",\"x\",[]]]"));
    assertThat(run("check", "--workload", "list-append", writer, good)).isZero();
    assertThat(out.toString()).contains("VALID: 2 operations, 0 anomalies");
    assertThat(run("check", "--workload", "list-append", writer, stale)).isEqualTo(1);
    assertThat(out.toString())
        .contains(
            "lost-append: 1 was appended to x",
            "G-single-realtime: stale read: no order of these 2 transactions",
            "INVALID: 2 operations, 2 anomalies");
  }

  @Test
  void shouldKnowEveryWorkload() throws IOException {
    String nothing = file("nothing");
    for (String workload : new String[] {"list-append", "register", "rw-register", "counter"}) {
      assertThat(run("check", "--workload", workload, nothing)).as(workload).isZero();
    }
    String transfer = "[[\"transfer\",1,2,5]]";
    assertThat(run("check", "--workload", "bank", file("b", operation(0, 1, transfer, transfer))))
        .isEqualTo(3);
    assertThat(out.toString()).contains("undecided: no read was over", "UNDECIDED: 1 operations");
  }

  @Test
  void shouldAnswerWrongUsageWithItsOwnCode() throws IOException {
    assertThat(run("check", "--workload", "poem", file("a"))).isEqualTo(2);
    assertThat(err.toString()).contains("'poem' is none of [list-append, register,");
    assertThat(run("check", "--workload", "bank")).isEqualTo(2);
    assertThat(run("check", "--workload", "bank", folder.resolve("none").toString())).isEqualTo(2);
    assertThat(err.toString()).contains("cannot read: ", "none");
    assertThat(run("check", "--workload", "bank", file("bad", "{}"))).isEqualTo(2);
    assertThat(err.toString()).contains("bad:1: an event has process, type and time");
    String written = "[[\"w\",1,1]]";
    assertThat(run("check", "--workload", "bank", file("w", operation(0, 1, written, written))))
        .isEqualTo(2);
    assertThat(err.toString()).contains("neither a transfer nor a read");
    assertThat(run()).isEqualTo(2);
    assertThat(err.toString()).contains("say what to do: sim, check, sqllogic or sqlload");
  }
}
