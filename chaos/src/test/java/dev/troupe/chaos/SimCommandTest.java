package dev.troupe.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class SimCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    return new CommandLine(new SimCommand())
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(args);
  }

  @Test
  void shouldReplayOneSeed() {
    assertThat(run("--seed", "7")).isZero();
    assertThat(out.toString()).contains("seed 7: nothing violated", "trace ");
  }

  @Test
  void shouldPrintEveryEventWhenAsked() {
    assertThat(run("--seed", "7", "--trace")).isZero();
    assertThat(out.toString().lines().count()).isGreaterThan(200);
    assertThat(out.toString()).contains("VoteRequest", "apply");
  }

  @Test
  void shouldRunManySeedsAndReportRareStates() {
    assertThat(run("--from", "11", "--seeds", "5", "--threads", "1")).isZero();
    assertThat(out.toString()).contains("5 seeds", "SNAPSHOT_INSTALLED");
  }

  @Test
  void shouldRefuseToRunNothing() {
    assertThat(run("--seeds", "0")).isEqualTo(2);
    assertThat(err.toString()).contains("must be at least 1");
  }
}
