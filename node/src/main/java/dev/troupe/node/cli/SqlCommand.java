package dev.troupe.node.cli;

import dev.troupe.node.ExitCode;
import dev.troupe.node.config.ConfigProblem;
import dev.troupe.node.config.HostPort;
import dev.troupe.node.config.Ports;
import dev.troupe.node.sqlshell.InteractiveShell;
import dev.troupe.node.sqlshell.ResultFormat;
import dev.troupe.node.sqlshell.ShellSettings;
import dev.troupe.node.sqlshell.SqlConnection;
import dev.troupe.node.sqlshell.SqlShell;
import dev.troupe.protocol.spi.SystemClocks;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jline.terminal.Terminal;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The SQL shell. */
@Command(
    name = "sql",
    description = {
      "Runs SQL: what -e and -f say, or what is typed, or what comes on standard input.",
      "A script ends at the first statement that fails. The password, if one is asked for, is"
          + " taken from PGPASSWORD, or typed."
    },
    footer = {
      "",
      "Examples:",
      "  troupe sql",
      "  troupe sql -e 'SELECT 1' -e 'SELECT 2' --format csv",
      "  troupe sql -d shop -f schema.sql",
      "  echo 'SELECT now()' | troupe sql",
      "  PGPASSWORD=... troupe sql --host db.example.com --sslmode verify-full --sslrootcert ca.pem"
    })
final class SqlCommand extends Verb implements Callable<Integer> {
  private static final String STDIN = "-";

  @Option(
      names = "--host",
      paramLabel = "HOST",
      defaultValue = "${env:TROUPE_HOST:-127.0.0.1}",
      description = "Host of any node; HOST:PORT is understood, too (default: ${DEFAULT-VALUE}).")
  private String host = "127.0.0.1";

  @Option(
      names = {"--port", "-p"},
      paramLabel = "PORT",
      defaultValue = "${env:TROUPE_SQL_PORT:-" + Ports.DEFAULT_BASE + "}",
      description = "Its SQL port (default: ${DEFAULT-VALUE}).")
  private int port = Ports.DEFAULT_BASE;

  @Option(
      names = {"--user", "-U"},
      paramLabel = "NAME",
      defaultValue = "root",
      description = "Whose rights (default: ${DEFAULT-VALUE}).")
  private String user = "root";

  @Option(
      names = {"--database", "-d"},
      paramLabel = "NAME",
      defaultValue = "defaultdb",
      description = "Which database (default: ${DEFAULT-VALUE}).")
  private String database = "defaultdb";

  @Option(
      names = "--sslmode",
      paramLabel = "MODE",
      defaultValue = "${env:PGSSLMODE:-prefer}",
      description =
          "Encryption: disable, allow, prefer, require, verify-ca or verify-full"
              + " (default: ${DEFAULT-VALUE}).")
  private String sslMode = "prefer";

  @Option(
      names = "--sslrootcert",
      paramLabel = "FILE",
      defaultValue = "${env:PGSSLROOTCERT}",
      description = "Certificates of the authorities that verify-ca and verify-full trust.")
  private @Nullable String sslRootCertificate;

  @Option(
      names = {"--execute", "-e"},
      paramLabel = "STMT",
      description = "Runs statements or a backslash command; can be repeated.")
  private List<String> statements = new ArrayList<>();

  @Option(
      names = {"--file", "-f"},
      paramLabel = "FILE",
      description = "Runs a script, after what -e says; - is standard input. Can be repeated.")
  private List<String> files = new ArrayList<>();

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "table",
      converter = FormatConverter.class,
      description = "table, csv or json (default: ${DEFAULT-VALUE}).")
  private ResultFormat format = ResultFormat.TABLE;

  @Option(names = "--timing", description = "Shows how long each statement takes.")
  private boolean timing;

  /** Names are written in lower case. */
  static final class FormatConverter implements ITypeConverter<ResultFormat> {
    @Override
    public ResultFormat convert(String text) {
      for (ResultFormat format : ResultFormat.values()) {
        if (format.name().toLowerCase(Locale.ROOT).equals(text)) {
          return format;
        }
      }
      throw new TypeConversionException("'" + text + "' is not a format: table, csv or json");
    }
  }

  @Override
  public Integer call() {
    SqlConnection.Target target = target();
    ShellSettings settings = new ShellSettings(format, timing);
    try (SqlConnection connection = connect(target)) {
      return run(connection, settings).status();
    } catch (SQLException e) {
      throw refused(e, target);
    } catch (NoSuchFileException e) {
      throw new CliFailure(ExitCode.FAILED, "there is no file " + e.getFile(), "");
    } catch (IOException e) {
      throw new CliFailure(ExitCode.FAILED, "cannot read the script: " + e.getMessage(), "");
    }
  }

  private SqlConnection connect(SqlConnection.Target target) throws SQLException, IOException {
    var protection =
        new SqlConnection.Protection(sslMode, sslRootCertificate, System.getenv("PGPASSWORD"));
    try {
      return SqlConnection.open(target, protection);
    } catch (SQLException e) {
      // What the driver says when it is asked for a password that it does not have.
      if (protection.password() != null || !"08004".equals(e.getSQLState())) {
        throw e;
      }
      String typed = InteractiveShell.askPassword(target.user());
      if (typed == null) {
        throw new CliFailure(
            ExitCode.FAILED,
            "the node wants a password for " + target.user(),
            "set PGPASSWORD, or run the command in a terminal");
      }
      return SqlConnection.open(target, protection.withPassword(typed));
    }
  }

  private SqlConnection.Target target() {
    try {
      return new SqlConnection.Target(HostPort.parse(host, port), user, database);
    } catch (ConfigProblem e) {
      throw new CliFailure(ExitCode.USAGE, e.getMessage(), "");
    }
  }

  private ExitCode run(SqlConnection connection, ShellSettings settings) throws IOException {
    if (statements.isEmpty() && files.isEmpty()) {
      try (Terminal terminal = InteractiveShell.terminal()) {
        if (terminal != null) {
          boolean held =
              InteractiveShell.run(connection, settings, SystemClocks.monotonic(), terminal);
          return held ? ExitCode.OK : ExitCode.UNKNOWN_OUTCOME;
        }
      }
    }
    var around =
        new SqlShell.Surroundings(out(), spec().commandLine().getErr(), SystemClocks.monotonic());
    SqlShell shell = new SqlShell(connection, settings, around);
    // Ctrl-C ends this process; the statement should not go on without it.
    Thread canceller = new Thread(shell::cancel, "troupe-sql-cancel");
    Runtime.getRuntime().addShutdownHook(canceller);
    boolean well = runScripts(shell);
    return well ? ExitCode.OK : shell.isDisconnected() ? ExitCode.UNKNOWN_OUTCOME : ExitCode.FAILED;
  }

  private boolean runScripts(SqlShell shell) throws IOException {
    for (String statement : statements) {
      if (!run(shell, new StringReader(statement))) {
        return false;
      }
    }
    List<String> scripts = files.isEmpty() && statements.isEmpty() ? List.of(STDIN) : files;
    for (String file : scripts) {
      if (!run(shell, open(file))) {
        return false;
      }
    }
    return true;
  }

  private static Reader open(String file) throws IOException {
    return file.equals(STDIN)
        ? new InputStreamReader(System.in, StandardCharsets.UTF_8)
        : Files.newBufferedReader(Path.of(file), StandardCharsets.UTF_8);
  }

  private static boolean run(SqlShell shell, Reader script) throws IOException {
    try (BufferedReader lines = new BufferedReader(script)) {
      return shell.runScript(lines);
    }
  }

  /** What the driver says when it got no connection. */
  static CliFailure refused(SQLException failure, SqlConnection.Target target) {
    @Nullable String state = failure.getSQLState();
    // Class 08: nobody is there. 57P03: the node is, but not ready.
    if (state != null && state.startsWith("08") && !isAboutTls(failure)) {
      return new CliFailure(
          ExitCode.UNREACHABLE,
          "no node answers SQL at " + target.address(),
          "start one with `troupe start-single-node` or `troupe demo`, or say where it is with"
              + " --host and --port (its SQL port)");
    }
    ExitCode code = "57P03".equals(state) ? ExitCode.UNREACHABLE : ExitCode.FAILED;
    return new CliFailure(code, failure.getMessage() + " [" + state + "]", "");
  }

  /** A certificate that does not convince, for example: somebody was there. */
  private static boolean isAboutTls(SQLException failure) {
    return String.valueOf(failure.getMessage()).contains("SSL");
  }
}
