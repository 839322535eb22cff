package dev.troupe.pgwire;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.kv.Cancellation;
import dev.troupe.sql.schema.ScramVerifier;
import dev.troupe.sql.session.Account;
import dev.troupe.sql.session.SqlSessions;
import java.io.IOException;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What comes before a client has a session: requests for encryption, the start-up packet, the
 * password. Used by the connection's thread but for {@link #abandon}.
 */
final class Handshake {
  private static final Logger LOG = LoggerFactory.getLogger(Handshake.class);

  /** Who is let in, and what was asked for. */
  record Entrant(Startup.Session startup, Account account) {}

  private final Socket socket;
  private final WireInput in;
  private final WireOutput out;
  private final SqlSessions sessions;
  private final PgOptions options;
  private final CancelKeys cancelKeys;
  private final Cancellation lookup = new Cancellation();
  private byte @Nullable [] binding;
  private @Nullable Socket encrypted;
  private boolean askedForTls;
  private boolean askedForGss;

  Handshake(
      Socket socket,
      WireInput in,
      WireOutput out,
      SqlSessions sessions,
      PgOptions options,
      CancelKeys cancelKeys) {
    this.socket = socket;
    this.in = in;
    this.out = out;
    this.sessions = sessions;
    this.options = options;
    this.cancelKeys = cancelKeys;
  }

  /**
   * Goes through it.
   *
   * @return null when there is nothing to be served after it
   * @throws SqlException when the client is not let in
   */
  @Nullable Entrant run() throws IOException {
    while (true) {
      WireReader packet = in.startupPacket(Startup.PACKET_BYTES_MAX);
      if (packet == null) {
        return null;
      }
      switch (Startup.decode(packet)) {
        case Startup.SslRequest ssl -> {
          requireFirst(askedForTls);
          askedForTls = true;
          answerTlsRequest();
        }
        case Startup.GssRequest gss -> {
          requireFirst(askedForGss);
          askedForGss = true;
          refuseEncryption();
        }
        case Startup.CancelRequest cancel -> {
          cancelKeys.cancel(cancel.pid(), cancel.secret());
          return null;
        }
        case Startup.Session startup -> {
          return new Entrant(startup, authenticate(startup));
        }
      }
    }
  }

  /** By which all goes on. */
  Socket socket() {
    Socket over = encrypted;
    return over == null ? socket : over;
  }

  /** Ends it, wherever it is. Any thread. */
  void abandon() {
    lookup.cancel(
        new SqlException(SqlState.QUERY_CANCELED, "canceling authentication due to timeout"));
    try {
      socket.close();
    } catch (IOException e) {
      LOG.debug("a SQL connection was gone already: {}", e.toString());
    }
  }

  private void requireFirst(boolean asked) throws IOException {
    if (asked || encrypted != null) {
      throw new FatalProtocolException("received a second request for encryption");
    }
  }

  private void answerTlsRequest() throws IOException {
    PgTls tls = options.tls();
    if (tls == null) {
      refuseEncryption();
      return;
    }
    answer('S');
    Socket over = tls.accept(socket);
    encrypted = over;
    binding = tls.binding();
    in.over(over.getInputStream());
    out.over(over.getOutputStream());
  }

  private void refuseEncryption() throws IOException {
    answer('N');
  }

  private void answer(char code) throws IOException {
    if (in.hasBuffered()) {
      // What follows such a request in plain text may have been put there by somebody between.
      throw new FatalProtocolException("received unencrypted data after SSL request");
    }
    out.int8(code);
    out.flush();
  }

  private void requireEncryption() {
    PgTls tls = options.tls();
    if (tls != null && tls.isRequired() && encrypted == null) {
      throw new SqlException(
              SqlState.INVALID_AUTHORIZATION_SPECIFICATION, "this node wants encrypted connections")
          .withHint("Connect with sslmode=require or stronger.");
    }
  }

  private Account authenticate(Startup.Session startup) throws IOException {
    requireEncryption();
    String user = user(startup.parameters());
    if (sessions.registry().count() >= options.places().max()) {
      throw new SqlException(SqlState.TOO_MANY_CONNECTIONS, "sorry, too many clients already");
    }
    boolean asked = options.authentication().asks(socket.getInetAddress());
    Account account = sessions.account(user, asked, lookup);
    ScramVerifier verifier = account.verifier();
    if (verifier != null) {
      try {
        new PasswordCheck(in, out).check(account, verifier, binding);
      } catch (SqlException e) {
        LOG.warn(
            "a client at {} was not let in as {}: {}",
            socket.getRemoteSocketAddress(),
            printable(user),
            e.getMessage().replace(user, printable(user)));
        throw e;
      }
    }
    return account;
  }

  private static String user(Map<String, String> parameters) {
    String user = parameters.get("user");
    if (user == null || user.isEmpty()) {
      throw new SqlException(
          SqlState.INVALID_AUTHORIZATION_SPECIFICATION,
          "no PostgreSQL user name specified in startup packet");
    }
    String replication = parameters.get("replication");
    if (replication != null && !List.of("false", "off", "no", "0").contains(replication)) {
      throw new SqlException(
          SqlState.FEATURE_NOT_SUPPORTED, "replication connections are not served");
    }
    return user;
  }

  /** Names of strangers must not make lines of their own in a log. */
  private static String printable(String name) {
    return name.replaceAll("\\p{Cntrl}", "?");
  }
}
