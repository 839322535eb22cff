package dev.troupe.node.sqlshell;

import dev.troupe.protocol.spi.MonotonicClock;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Runs statements and backslash commands, and shows what comes of them. One thread. */
public final class SqlShell {
  /** What became of a piece of input. */
  enum Outcome {
    DONE,
    FAILED,
    QUIT
  }

  /** Where results and complaints go, and what measures the time between. */
  public record Surroundings(PrintWriter out, PrintWriter err, MonotonicClock clock) {}

  private static final double NANOS_PER_MILLI = 1e6;

  private final SqlConnection connection;
  private final ShellSettings settings;
  private final Surroundings around;
  private final BackslashCommands commands;
  private volatile boolean running;

  public SqlShell(SqlConnection connection, ShellSettings settings, Surroundings around) {
    this.connection = connection;
    this.settings = settings;
    this.around = around;
    this.commands = new BackslashCommands(connection, settings, around);
  }

  /**
   * Runs a script up to its end or the first statement that fails, because what comes after it was
   * written in the belief that it worked. Returns whether all of it was well.
   */
  public boolean runScript(BufferedReader script) throws IOException {
    StatementBuffer buffer = new StatementBuffer();
    @Nullable String line;
    while ((line = script.readLine()) != null) {
      Outcome outcome = runLine(buffer, line, script::readLine);
      if (outcome != Outcome.DONE) {
        return outcome == Outcome.QUIT;
      }
    }
    String rest = buffer.takeRest();
    return rest.isEmpty() || run(rest, () -> null) == Outcome.DONE;
  }

  /** Takes one line; runs the statements that end in it. */
  Outcome runLine(StatementBuffer buffer, String line, LineSource following) {
    if (buffer.isEmpty() && BackslashCommands.isOne(line)) {
      return runCommand(line.strip());
    }
    for (String statement : buffer.append(line)) {
      Outcome outcome = run(statement, following);
      if (outcome != Outcome.DONE) {
        return outcome;
      }
    }
    return Outcome.DONE;
  }

  /** Whether the connection has ended, so that no statement can work any more. */
  public boolean isDisconnected() {
    try {
      return connection.isClosed();
    } catch (SQLException e) {
      return true;
    }
  }

  /** Asks the server to end the statement that runs, if one does. Any thread. */
  public void cancel() {
    if (!running) {
      return;
    }
    try {
      connection.cancel();
    } catch (SQLException e) {
      around.err().println("cannot cancel the statement: " + e.getMessage());
      around.err().flush();
    }
  }

  private Outcome runCommand(String line) {
    try {
      return commands.run(line);
    } catch (SQLException e) {
      return complain(ErrorText.of(e, line));
    } finally {
      around.out().flush();
    }
  }

  private Outcome run(String statement, LineSource following) {
    long begun = around.clock().nanos();
    running = true;
    try {
      if (CopyData.follows(statement)) {
        copyIn(statement, following);
      } else if (CopyData.isAnswer(statement)) {
        connection.copyOut(statement, around.out());
      } else {
        show(connection.execute(statement, this::tell));
      }
      return Outcome.DONE;
    } catch (SQLException e) {
      return complain(ErrorText.of(e, statement));
    } catch (IOException e) {
      return complain("error: " + e.getMessage() + System.lineSeparator());
    } finally {
      running = false;
      if (settings.timing()) {
        double millis = (around.clock().nanos() - begun) / NANOS_PER_MILLI;
        around.out().println(String.format(Locale.ROOT, "Time: %.3f ms", millis));
      }
      around.out().flush();
    }
  }

  private void copyIn(String statement, LineSource following) throws SQLException, IOException {
    try (CopyData data = new CopyData(following)) {
      long rows = connection.copyIn(statement, data);
      if (settings.showsTags()) {
        around.out().println("COPY " + rows);
      }
    }
  }

  private void show(List<Answer> answers) {
    boolean afterRows = false;
    for (Answer answer : answers) {
      switch (answer) {
        case Answer.Rows rows -> settings.write(around.out(), rows);
        case Answer.Done done -> {
          if (settings.showsTags() && !(afterRows && onlyReads(done.tag()))) {
            around.out().println(done.tag());
          }
        }
      }
      afterRows = answer instanceof Answer.Rows;
    }
  }

  /** Below the rows of a question its tag says nothing new. */
  private static boolean onlyReads(String tag) {
    return List.of("SELECT", "SHOW", "EXPLAIN", "FETCH").contains(tag.split(" ", 2)[0]);
  }

  private void tell(SQLWarning notice) {
    complain(ErrorText.ofNotice(notice));
  }

  private Outcome complain(String text) {
    around.out().flush();
    around.err().print(text);
    around.err().flush();
    return Outcome.FAILED;
  }
}
