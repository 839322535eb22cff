package dev.troupe.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.node.ExitCode;
import dev.troupe.node.config.HostPort;
import dev.troupe.node.sqlshell.SqlConnection.Target;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class SqlCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    CommandLine line = TroupeCommand.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return line.execute(arguments);
  }

  @Test
  void shouldExplainItself() {
    assertThat(run("sql", "--help")).isZero();
    assertThat(out.toString())
        .contains(
            "--user",
            "--database",
            "--execute",
            "--file",
            "--timing",
            "--sslmode",
            "table, csv or json");
  }

  @Test
  void shouldRefuseWrongArguments() {
    assertThat(run("sql", "--format", "xml")).isEqualTo(ExitCode.USAGE.status());
    assertThat(err.toString()).contains("'xml' is not a format: table, csv or json");
    assertThat(run("sql", "--host", "a:b:c", "-e", "x")).isEqualTo(ExitCode.USAGE.status());
    assertThat(run("sql", "select 1")).isEqualTo(ExitCode.USAGE.status());
  }

  @Test
  void shouldSayThatNobodyIsThere() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    assertThat(run("sql", "--port", Integer.toString(port), "-e", "select 1"))
        .isEqualTo(ExitCode.UNREACHABLE.status());
    assertThat(err.toString()).contains("no node answers SQL at 127.0.0.1:" + port, "hint: start");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void shouldTellNotReadyFromRefused() {
    Target target = new Target(new HostPort("a", 1), "root", "shop");
    assertThat(SqlCommand.refused(new SQLException("not ready", "57P03"), target).exitCode())
        .isEqualTo(ExitCode.UNREACHABLE);
    CliFailure refused = SqlCommand.refused(new SQLException("no such database", "3D000"), target);
    assertThat(refused.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(refused.getMessage()).isEqualTo("no such database [3D000]");
    CliFailure distrusted =
        SqlCommand.refused(new SQLException("SSL error: PKIX", "08006"), target);
    assertThat(distrusted.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(distrusted.getMessage()).isEqualTo("SSL error: PKIX [08006]");
  }
}
