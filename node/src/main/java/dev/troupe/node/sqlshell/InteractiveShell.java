package dev.troupe.node.sqlshell;

import dev.troupe.node.sqlshell.SqlShell.Outcome;
import dev.troupe.protocol.spi.MonotonicClock;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jspecify.annotations.Nullable;

/** The shell for someone who types: prompt, line editing, history and completion. */
public final class InteractiveShell {
  private static final String HISTORY = ".troupe_sql_history";

  private final SqlConnection connection;
  private final SqlShell shell;
  private final LineReader reader;
  private final LineReader plain;
  private final Terminal terminal;

  private InteractiveShell(
      SqlConnection connection, ShellSettings settings, MonotonicClock clock, Terminal terminal) {
    this.connection = connection;
    this.terminal = terminal;
    var around = new SqlShell.Surroundings(terminal.writer(), terminal.writer(), clock);
    this.shell = new SqlShell(connection, settings, around);
    LineReaderBuilder builder =
        LineReaderBuilder.builder()
            .appName("troupe sql")
            .terminal(terminal)
            .parser(new StatementParser())
            .completer(new SqlCompleter(connection))
            .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
            .variable(LineReader.SECONDARY_PROMPT_PATTERN, connection.target().database() + "-> ");
    Path history = history();
    if (history != null) {
      builder.variable(LineReader.HISTORY_FILE, history);
    }
    this.reader = builder.build();
    this.plain = LineReaderBuilder.builder().terminal(terminal).build();
  }

  /** A password that is typed, unseen; null when there is nobody to type it. */
  public static @Nullable String askPassword(String user) throws IOException {
    try (Terminal terminal = terminal()) {
      if (terminal == null) {
        return null;
      }
      LineReader reader = LineReaderBuilder.builder().terminal(terminal).build();
      return reader.readLine("Password for " + user + ": ", '\0');
    } catch (EndOfFileException | UserInterruptException e) {
      return null;
    }
  }

  /** The terminal of this process; null when input or output is something else. */
  public static @Nullable Terminal terminal() throws IOException {
    if (System.console() == null) {
      return null;
    }
    Terminal terminal = TerminalBuilder.builder().system(true).dumb(true).build();
    if (terminal.getType().startsWith(Terminal.TYPE_DUMB)) {
      terminal.close();
      return null;
    }
    return terminal;
  }

  /** Runs until the user leaves; returns whether the connection held until then. */
  public static boolean run(
      SqlConnection connection, ShellSettings settings, MonotonicClock clock, Terminal terminal) {
    return new InteractiveShell(connection, settings, clock, terminal).loop();
  }

  private boolean loop() {
    terminal.handle(Terminal.Signal.INT, signal -> shell.cancel());
    terminal.writer().println("Connected to " + connection.target().address() + ". \\? for help.");
    StatementBuffer buffer = new StatementBuffer();
    while (!shell.isDisconnected()) {
      String text;
      try {
        text = reader.readLine(prompt());
      } catch (UserInterruptException e) {
        continue;
      } catch (EndOfFileException e) {
        return true;
      }
      for (String line : text.lines().toList()) {
        if (shell.runLine(buffer, line, this::dataLine) == Outcome.QUIT) {
          return true;
        }
      }
    }
    terminal.writer().println("The connection is lost.");
    terminal.flush();
    return false;
  }

  /** Rows of a COPY are no statements: they come without history and completion. */
  private @Nullable String dataLine() {
    try {
      return plain.readLine(">> ");
    } catch (UserInterruptException | EndOfFileException e) {
      return null;
    }
  }

  /** A star within a transaction, an exclamation mark within a failed one. */
  private String prompt() {
    String mark =
        switch (connection.transaction()) {
          case IDLE -> "";
          case OPEN -> "*";
          case FAILED -> "!";
        };
    return connection.target().database() + "=" + mark + "> ";
  }

  /** For the user's eyes only: statements hold data. */
  private @Nullable Path history() {
    Path file = Path.of(System.getProperty("user.home", "."), HISTORY);
    try {
      return Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    } catch (FileAlreadyExistsException e) {
      return file;
    } catch (IOException | UnsupportedOperationException e) {
      terminal.writer().println("No history is kept: cannot create " + file + ": " + e);
      return null;
    }
  }
}
