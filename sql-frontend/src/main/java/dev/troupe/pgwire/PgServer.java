package dev.troupe.pgwire;

import dev.troupe.protocol.spi.SessionSignals;
import dev.troupe.sql.session.SqlSessions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The door for PostgreSQL's clients: accepts connections, and runs each on a virtual thread of its
 * own. Any thread.
 */
public final class PgServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PgServer.class);
  private static final int BACKLOG = 1024;

  /** Connections without a session; more would only wait for each other. */
  private static final int STARTERS_MAX = 1024;

  private static final long FAREWELL_SECONDS_MAX = 1;

  private final ServerSocket socket;
  private final SqlSessions sessions;
  private final PgOptions options;
  private final Starters starters = new Starters(STARTERS_MAX);
  private final Set<PgConnection> connections = ConcurrentHashMap.newKeySet();
  private final AtomicInteger count = new AtomicInteger();
  private final CancelKeys cancelKeys;
  private final ScheduledExecutorService timer;
  private final ThreadFactory threads = Thread.ofVirtual().name("sql-", 1).factory();
  private volatile boolean closing;

  private PgServer(
      ServerSocket socket, SqlSessions sessions, PgOptions options, SessionSignals signals) {
    this.cancelKeys = new CancelKeys(signals);
    this.socket = socket;
    this.sessions = sessions;
    this.options = options;
    var one =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("sql-timer").factory());
    one.setRemoveOnCancelPolicy(true);
    // What is scheduled while the door closes has nothing to guard any more.
    one.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
    timer = one;
  }

  /**
   * Starts to listen.
   *
   * @param signals to and from sessions of other nodes
   * @throws IOException when the address is taken
   */
  public static PgServer start(
      InetSocketAddress address, SqlSessions sessions, PgOptions options, SessionSignals signals)
      throws IOException {
    var socket = new ServerSocket();
    try {
      socket.setReuseAddress(true);
      socket.bind(address, BACKLOG);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
    var server = new PgServer(socket, sessions, options, signals);
    Thread.ofPlatform().daemon().name("sql-accept").start(server::accept);
    return server;
  }

  public int port() {
    return socket.getLocalPort();
  }

  /** How many clients are connected. */
  public int connections() {
    return count.get();
  }

  /**
   * Ends the statement that a session of this node runs; the caller has seen to it that it may.
   *
   * @return false when there is no such session here
   */
  public boolean cancel(int pid) {
    return cancelKeys.cancelHere(pid);
  }

  private void accept() {
    while (!closing) {
      try {
        Socket client = socket.accept();
        threads.newThread(() -> serve(client)).start();
      } catch (IOException e) {
        if (!closing) {
          // Too many open files, for example: those that are connected go on.
          LOG.warn("a connection to the SQL port could not be accepted: {}", e.toString());
        }
      }
    }
  }

  private void serve(Socket client) {
    count.incrementAndGet();
    try (client) {
      client.setTcpNoDelay(true);
      client.setKeepAlive(true);
      var connection = new PgConnection(client, sessions, cancelKeys, timer, options, starters);
      connections.add(connection);
      if (closing) {
        connection.terminate();
      }
      try {
        connection.run();
      } finally {
        connections.remove(connection);
      }
    } catch (IOException e) {
      LOG.debug("a SQL connection ended: {}", e.toString());
    } catch (RuntimeException e) {
      LOG.error("a SQL connection ended in a way that it should not", e);
    } finally {
      count.decrementAndGet();
    }
  }

  /** Tells sessions that the node stops, and ends them. */
  @Override
  public void close() {
    closing = true;
    try {
      socket.close();
    } catch (IOException e) {
      LOG.debug("the SQL port did not close cleanly: {}", e.toString());
    }
    takeLeave();
    timer.shutdownNow();
  }

  /** Each by a thread of its own: none waits for a client that does not read. */
  private void takeLeave() {
    List<PgConnection> open = List.copyOf(connections);
    var said = new CountDownLatch(open.size());
    for (PgConnection connection : open) {
      threads
          .newThread(
              () -> {
                connection.terminate();
                said.countDown();
              })
          .start();
    }
    try {
      if (!said.await(FAREWELL_SECONDS_MAX, TimeUnit.SECONDS)) {
        LOG.info("{} clients did not hear that the node stops", said.getCount());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
