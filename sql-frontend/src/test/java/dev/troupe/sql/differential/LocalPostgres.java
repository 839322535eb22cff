package dev.troupe.sql.differential;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A PostgreSQL 15 of its own, in a directory of its own, on a free port of loopback. */
final class LocalPostgres implements AutoCloseable {
  private static final Path BIN = Path.of("/usr/lib/postgresql/15/bin");
  private static final Path SET_PRIVILEGES = Path.of("/usr/bin/setpriv");
  private static final long PATIENCE_SECONDS = 60;

  private final Path data;
  private final int port;

  private LocalPostgres(Path data, int port) {
    this.data = data;
    this.port = port;
  }

  /** Why there is none; empty when one can be started. */
  static Optional<String> missing() {
    if (!Files.isExecutable(BIN.resolve("initdb"))) {
      return Optional.of("no PostgreSQL 15 is installed in " + BIN);
    }
    if (isRoot() && !Files.isExecutable(SET_PRIVILEGES)) {
      return Optional.of("PostgreSQL does not run as root, and there is no setpriv");
    }
    return Optional.empty();
  }

  private static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  /**
   * Starts one; its superuser is {@code root}, as here, and texts are ordered by their bytes.
   *
   * @param base an empty directory
   */
  static LocalPostgres start(Path base) throws IOException, InterruptedException {
    int port;
    try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    if (isRoot()) {
      run(List.of("chown", "nobody", base.toString()));
    }
    Path data = base.resolve("data");
    var server = new LocalPostgres(data, port);
    server.call("initdb", "-D", data.toString(), "-U", "root", "--locale=C", "-E", "UTF8", "-N");
    String options =
        "-p %d -k '' -c listen_addresses=127.0.0.1 -c fsync=off -c timezone=UTC".formatted(port);
    Path log = base.resolve("log");
    server.call(
        "pg_ctl", "-D", data.toString(), "-o", options, "-l", log.toString(), "-w", "start");
    return server;
  }

  private void call(String program, String... arguments) throws IOException, InterruptedException {
    var command = new ArrayList<String>();
    if (isRoot()) {
      command.addAll(
          List.of(
              SET_PRIVILEGES.toString(), "--reuid=nobody", "--regid=nogroup", "--clear-groups"));
    }
    command.add(BIN.resolve(program).toString());
    command.addAll(List.of(arguments));
    run(command);
  }

  private static void run(List<String> command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IOException("failed: " + String.join(" ", command));
    }
  }

  Connection connect() throws SQLException {
    String url =
        "jdbc:postgresql://127.0.0.1:%d/postgres?sslmode=disable&preferQueryMode=simple"
            .formatted(port);
    return DriverManager.getConnection(url, "root", "no password");
  }

  @Override
  public void close() throws IOException, InterruptedException {
    call("pg_ctl", "-D", data.toString(), "-m", "immediate", "-w", "stop");
  }
}
