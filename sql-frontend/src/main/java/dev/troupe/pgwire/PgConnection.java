package dev.troupe.pgwire;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.session.SessionRequest;
import dev.troupe.sql.session.SqlSession;
import dev.troupe.sql.session.SqlSessions;
import dev.troupe.sql.session.TransactionStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client: start-up, then messages one after the other until somebody has enough. Everything
 * happens on the connection's own thread but {@link #terminate}.
 */
final class PgConnection {
  private static final Logger LOG = LoggerFactory.getLogger(PgConnection.class);

  /** Who may write to the client. */
  private enum Phase {
    /** The connection's thread works. */
    BUSY,
    /** It waits for the client; what was written has been sent. */
    RESTING,
    /** Somebody else has taken leave of the client. */
    ENDED
  }

  private final Socket raw;
  private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.BUSY);
  private Socket socket;
  private final SqlSessions sessions;
  private final CancelKeys cancelKeys;
  private final ScheduledExecutorService timer;
  private final PgOptions options;
  private final Starters starters;
  private final WireOutput out;
  private final WireInput in;
  private @Nullable SqlSession session;
  private volatile boolean terminating;
  private boolean skipping;
  private int timeoutMillis;

  PgConnection(
      Socket socket,
      SqlSessions sessions,
      CancelKeys cancelKeys,
      ScheduledExecutorService timer,
      PgOptions options,
      Starters starters)
      throws IOException {
    this.raw = socket;
    this.socket = socket;
    this.sessions = sessions;
    this.cancelKeys = cancelKeys;
    this.timer = timer;
    this.options = options;
    this.starters = starters;
    this.out = new WireOutput(socket.getOutputStream());
    this.in = new WireInput(socket.getInputStream(), out);
  }

  /**
   * The node stops: a client that rests is told so now, others as soon as they do. Any thread; may
   * wait for the client to read.
   */
  void terminate() {
    terminating = true;
    try {
      if (phase.compareAndSet(Phase.RESTING, Phase.ENDED)) {
        fatal(shuttingDown());
        socket.close();
        return;
      }
      SqlSession open = session;
      if (open != null) {
        open.cancel();
      }
      raw.shutdownInput();
    } catch (IOException | UncheckedIOException e) {
      LOG.debug("a SQL connection was gone already: {}", e.toString());
    }
  }

  void run() throws IOException {
    CancelKeys.Key key = null;
    try {
      Handshake.Entrant entrant = shakeHands();
      if (entrant == null) {
        return;
      }
      key = cancelKeys.reserve();
      SqlSession opened = open(key.pid(), entrant);
      session = opened;
      cancelKeys.attach(key, opened);
      greet(entrant.startup(), opened, key);
      serve(opened);
    } catch (SqlException e) {
      fatal(e);
    } catch (FatalProtocolException e) {
      fatal(new SqlException(SqlState.PROTOCOL_VIOLATION, String.valueOf(e.getMessage())));
    } catch (SocketTimeoutException e) {
      fatal(idleTooLong());
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } finally {
      cancelKeys.forget(key);
      SqlSession open = session;
      if (open != null) {
        open.close();
      }
      socket.close();
    }
  }

  private void fatal(SqlException error) throws IOException {
    out.abandonMessage();
    ErrorFields.error(out, error, true, null);
    out.flush();
  }

  private SqlException idleTooLong() {
    SqlSession open = session;
    boolean within = open != null && open.status() != TransactionStatus.IDLE;
    return within
        ? new SqlException(
            SqlState.IDLE_IN_TRANSACTION_SESSION_TIMEOUT,
            "terminating connection due to idle-in-transaction timeout")
        : new SqlException(
            SqlState.IDLE_SESSION_TIMEOUT, "terminating connection due to idle-session timeout");
  }

  // --- start-up --------------------------------------------------------------------------------

  private Handshake.@Nullable Entrant shakeHands() throws IOException {
    var handshake = new Handshake(socket, in, out, sessions, options, cancelKeys);
    ScheduledFuture<?> late =
        timer.schedule(
            handshake::abandon, options.authenticationTimeout().toMillis(), TimeUnit.MILLISECONDS);
    starters.begin(handshake);
    try {
      return handshake.run();
    } finally {
      socket = handshake.socket();
      starters.done(handshake);
      late.cancel(false);
    }
  }

  private SqlSession open(int pid, Handshake.Entrant entrant) {
    if (terminating) {
      throw shuttingDown();
    }
    return sessions.open(
        new SessionRequest(
            pid,
            entrant.account(),
            entrant.startup().parameters(),
            String.valueOf(socket.getRemoteSocketAddress()),
            options.tls() != null,
            (InetSocketAddress) socket.getLocalSocketAddress(),
            (InetSocketAddress) socket.getRemoteSocketAddress()),
        options.places(),
        timer);
  }

  private static SqlException shuttingDown() {
    return new SqlException(
        SqlState.ADMIN_SHUTDOWN, "terminating connection due to administrator command");
  }

  private void greet(Startup.Session startup, SqlSession opened, CancelKeys.Key key) {
    if (startup.minor() > 0 || !startup.unknownOptions().isEmpty()) {
      out.begin('v').int32(0).int32(startup.unknownOptions().size());
      startup.unknownOptions().forEach(out::string);
      out.end();
    }
    out.begin('R').int32(0).end();
    opened.report(new WireSink(out, in, opened));
    out.begin('K').int32(key.pid()).raw(key.secret()).end();
    ready(opened);
  }

  private void ready(SqlSession open) {
    out.begin('Z').int8(open.status().code()).end();
  }

  // --- messages --------------------------------------------------------------------------------

  private void serve(SqlSession open) throws IOException {
    var sink = new WireSink(out, in, open);
    while (true) {
      awaitNoLongerThan(open.idleMillisMax());
      int type = nextType();
      if (terminating) {
        throw shuttingDown();
      }
      if (type < 0 || type == 'X') {
        return;
      }
      if (!FrontendDecoder.isKnown(type)) {
        throw new FatalProtocolException("invalid frontend message type " + type);
      }
      handle(open, sink, type);
    }
  }

  private int nextType() throws IOException {
    if (!in.mayWait()) {
      return in.messageType();
    }
    phase.set(Phase.RESTING);
    if (terminating) {
      wakeUp();
      throw shuttingDown();
    }
    int type;
    try {
      type = in.messageType();
    } catch (IOException e) {
      wakeUp();
      throw e;
    }
    wakeUp();
    return type;
  }

  private void wakeUp() throws IOException {
    if (!phase.compareAndSet(Phase.RESTING, Phase.BUSY)) {
      throw new IOException("the node has ended the connection");
    }
  }

  private void awaitNoLongerThan(long millis) throws IOException {
    int timeout = (int) Math.min(millis, Integer.MAX_VALUE);
    if (timeout != timeoutMillis) {
      socket.setSoTimeout(timeout);
      timeoutMillis = timeout;
    }
  }

  private void handle(SqlSession open, WireSink sink, int type) throws IOException {
    String sql = null;
    try {
      WireReader body = in.messageBody();
      if (skipping && type != 'S') {
        return;
      }
      FrontendMessage message = FrontendDecoder.decode(type, body);
      awaitNoLongerThan(0);
      sql = message instanceof FrontendMessage.Parse parse ? parse.sql() : null;
      carryOut(open, sink, message);
    } catch (SqlException e) {
      failed(open, e, type, sql != null ? sql : sink.statement());
    } catch (StackOverflowError e) {
      failed(open, tooDeep(), type, null);
    } catch (UncheckedIOException e) {
      throw e;
    } catch (RuntimeException | AssertionError e) {
      LOG.error("a statement failed in a way that it should not", e);
      failed(open, internal(e), type, null);
    }
  }

  private static SqlException tooDeep() {
    return new SqlException(SqlState.STATEMENT_TOO_COMPLEX, "stack depth limit exceeded")
        .withHint("Write the statement with fewer levels of nesting.");
  }

  private static SqlException internal(Throwable e) {
    return SqlException.of(SqlState.INTERNAL_ERROR, "internal error: %s", e)
        .withHint("This is a defect of the server; its log says more.");
  }

  private void failed(SqlSession open, SqlException error, int type, @Nullable String sql) {
    out.abandonMessage();
    open.failed(error.state());
    ErrorFields.error(out, error, false, sql);
    if (type == 'Q' || type == 'F') {
      ready(open);
    } else if (type == 'S') {
      skipping = false;
      ready(open);
    } else {
      skipping = true;
    }
  }

  private void carryOut(SqlSession open, WireSink sink, FrontendMessage message)
      throws IOException {
    switch (message) {
      case FrontendMessage.Query m -> {
        sink.about(m.sql());
        open.query(m.sql(), sink);
        open.report(sink);
        ready(open);
      }
      case FrontendMessage.Parse m -> {
        open.expect(in.endsWithin(1));
        open.parse(m.statement(), m.sql(), m.parameterTypes());
        out.empty('1');
      }
      case FrontendMessage.Bind m -> {
        open.expect(in.endsWithin(1));
        open.bind(m.portal(), m.statement(), m.parameterFormats(), m.values(), m.resultFormats());
        out.empty('2');
      }
      case FrontendMessage.DescribeStatement m -> sink.describe(open.describeStatement(m.name()));
      case FrontendMessage.DescribePortal m -> sink.describe(open.describePortal(m.name()));
      case FrontendMessage.Execute m -> {
        sink.about(open.portalSql(m.portal()));
        open.expect(in.endsWithin(0));
        open.execute(m.portal(), m.maxRows(), sink);
      }
      case FrontendMessage.CloseStatement m -> {
        open.closeStatement(m.name());
        out.empty('3');
      }
      case FrontendMessage.ClosePortal m -> {
        open.closePortal(m.name());
        out.empty('3');
      }
      case FrontendMessage.Flush m -> out.flush();
      case FrontendMessage.Sync m -> {
        skipping = false;
        open.sync(sink);
        open.report(sink);
        ready(open);
      }
      // What is left of a COPY that has failed already.
      case FrontendMessage.CopyData m -> {}
      case FrontendMessage.CopyDone m -> {}
      case FrontendMessage.CopyFail m -> {}
      case FrontendMessage.Terminate m -> throw new IllegalStateException("seen before");
      case FrontendMessage.FunctionCall m ->
          throw new SqlException(
              SqlState.FEATURE_NOT_SUPPORTED, "function calls by the fast path are not served");
    }
  }
}
