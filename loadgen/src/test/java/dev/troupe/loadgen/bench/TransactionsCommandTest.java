package dev.troupe.loadgen.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.loadgen.testkit.TestNode;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class TransactionsCommandTest {
  private final StringWriter out = new StringWriter();

  private int execute(String... arguments) {
    return new CommandLine(new TransactionsCommand())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(out, true))
        .execute(arguments);
  }

  @Test
  void shouldMeasureEveryCell() throws Exception {
    try (TestNode node = new TestNode()) {
      int exit =
          execute(
              ("--system troupe=pipeline@%s@%d --clients 1,4 --repetitions 1 --cell-seconds 1"
                      + " --ramp-seconds 0 --warmup-seconds 1 --accounts 100")
                  .formatted(node.address(), ProcessHandle.current().pid())
                  .split(" "));

      assertThat(exit).as(out.toString()).isZero();
      for (TxnCell cell : TxnCell.values()) {
        assertThat(out.toString())
            .as("a row with operations and with the CPU of the server")
            .containsPattern(
                "\\| "
                    + cell.label(4)
                    + " \\| troupe \\| [1-9][\\d,]* .*\\| (0\\.\\d*[1-9]\\d*|[1-9]\\d*\\.\\d+)"
                    + " \\|");
      }
    }
  }

  @Test
  void shouldRefuseUnknownCells() {
    assertThat(execute("--system", "a=pipeline@127.0.0.1:1@", "--cells", "nothing"))
        .isEqualTo(CommandLine.ExitCode.USAGE);
  }
}
