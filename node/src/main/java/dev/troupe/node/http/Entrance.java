package dev.troupe.node.http;

import dev.troupe.node.sql.SqlActivity;
import dev.troupe.pgwire.Authentication;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.schema.Role;
import dev.troupe.sql.schema.ScramVerifier;
import dev.troupe.sql.session.Account;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Decides who may have what is not for everybody, by the rules of the SQL port: clients who would
 * be asked for a password there show it here, by HTTP Basic; others are let in by where they are.
 * Who is let in by that alone must have asked for this node by an address or a name of its own: a
 * page of somebody else, whose name suddenly leads here (DNS rebinding), has not. And changes need
 * a header that pages of others cannot send. Any thread; may wait for the catalog.
 */
final class Entrance {
  /** The header that only this node's own pages, and programs, send. */
  static final String OWN_HEADER = "X-Troupe-Request";

  private static final String REALM = "Basic realm=\"Troupe: a user of SQL\", charset=\"UTF-8\"";
  private static final int KNOWN_MAX = 256;
  private static final int SALT_BYTES = 16;

  /** Passwords that are being looked at: each costs a core some milliseconds. */
  private static final int CHECKS_MAX = 2;

  private static final Pattern ADDRESS = Pattern.compile("\\[[0-9a-fA-F:.]+]|[0-9]+(\\.[0-9]+){3}");

  private final Authentication authentication;
  private final Set<String> ownNames;
  private final Supplier<@Nullable SqlActivity> sql;
  private final byte[] salt = new byte[SALT_BYTES];
  private final Semaphore checks = new Semaphore(CHECKS_MAX);
  private final Map<String, String> known =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
          return size() > KNOWN_MAX;
        }
      };

  /**
   * @param ownNames by which clients reach this node, besides addresses and localhost
   * @param sql knows the users; null while it is not open
   */
  Entrance(
      Authentication authentication, List<String> ownNames, Supplier<@Nullable SqlActivity> sql) {
    this.authentication = authentication;
    this.ownNames =
        ownNames.stream()
            .map(name -> name.toLowerCase(Locale.ROOT))
            .collect(Collectors.toUnmodifiableSet());
    this.sql = sql;
    // Passwords that were right are kept as salted digests, which no table made before fits.
    new SecureRandom().nextBytes(salt);
  }

  /** Why a client may not have something; null when it may. */
  @Nullable Answer refusal(Request request, Access access) {
    if (access == Access.OPEN) {
      return null;
    }
    if (!request.isRead()) {
      Answer foreign = foreign(request);
      if (foreign != null) {
        return foreign;
      }
    }
    if (!authentication.asks(request.client())) {
      return isOwn(request.host()) ? null : wrongHost(request.host());
    }
    return login(request, access);
  }

  // --- from where ------------------------------------------------------------------------------

  /** A browser lets no page of another origin send this header or this type without asking. */
  private static @Nullable Answer foreign(Request request) {
    if (!request.contentType().equals("application/json")) {
      return Answer.error(
          415, "INVALID_ARGUMENT", "changes are sent as Content-Type: application/json");
    }
    if (request.ownHeader().isEmpty()) {
      return Answer.error(
          403, "FORBIDDEN", "changes need the header " + OWN_HEADER + " with any value");
    }
    String origin = request.origin();
    if (!origin.isEmpty() && !request.host().equalsIgnoreCase(authority(origin))) {
      return Answer.error(
          403, "FORBIDDEN", "a page of another origin may not change anything here");
    }
    return null;
  }

  private static String authority(String origin) {
    try {
      String authority = URI.create(origin).getRawAuthority();
      return authority == null ? "" : authority;
    } catch (IllegalArgumentException malformed) {
      return "";
    }
  }

  private boolean isOwn(String host) {
    int colon = host.lastIndexOf(':');
    String name = colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
    String lower = name.toLowerCase(Locale.ROOT);
    return ADDRESS.matcher(lower).matches()
        || lower.equals("localhost")
        || lower.endsWith(".localhost")
        || ownNames.contains(lower);
  }

  private static Answer wrongHost(String host) {
    return Answer.error(
        403,
        "FORBIDDEN",
        "this node is not known as \"%s\": ask it by its address, as localhost or by its advertised name"
            .formatted(host));
  }

  // --- who -------------------------------------------------------------------------------------

  private @Nullable Answer login(Request request, Access access) {
    SqlActivity users = sql.get();
    if (users == null) {
      return Answer.error(503, "NOT_INITIALIZED", "the node is starting: nobody can log in yet");
    }
    String[] credentials = credentials(request.authorization());
    if (credentials == null) {
      return challenge("show a user of SQL and its password");
    }
    Role role;
    try {
      Account account = users.account(credentials[0]);
      role = account.role();
      if (!fits(account, credentials[1], request.authorization())
          || role == null
          || !role.login()) {
        return challenge("password authentication failed for user \"" + credentials[0] + "\"");
      }
    } catch (SqlException e) {
      return Answer.error(503, "RANGE_UNAVAILABLE", String.valueOf(e.getMessage()));
    }
    if (access == Access.SUPERUSERS && !role.superuser()) {
      return Answer.error(403, "FORBIDDEN", "only superusers may see or do this");
    }
    return null;
  }

  private static Answer challenge(String message) {
    return Answer.error(401, "UNAUTHENTICATED", message).withHeader("WWW-Authenticate", REALM);
  }

  private static String @Nullable [] credentials(String header) {
    if (!header.regionMatches(true, 0, "Basic ", 0, "Basic ".length())) {
      return null;
    }
    try {
      byte[] decoded = Base64.getDecoder().decode(header.substring("Basic ".length()).trim());
      String text = new String(decoded, StandardCharsets.UTF_8);
      int colon = text.indexOf(':');
      return colon < 0 ? null : new String[] {text.substring(0, colon), text.substring(colon + 1)};
    } catch (IllegalArgumentException malformed) {
      return null;
    }
  }

  /** A password that has fitted a verifier fits it again, and need not be derived anew. */
  private boolean fits(Account account, String password, String header) {
    ScramVerifier verifier = account.verifier();
    if (verifier == null) {
      return false;
    }
    String shown = digest(header);
    String wanted = verifier.text();
    synchronized (known) {
      if (wanted.equals(known.get(shown))) {
        return account.genuine();
      }
    }
    checks.acquireUninterruptibly();
    try {
      if (!verifier.fits(password) || !account.genuine()) {
        return false;
      }
    } finally {
      checks.release();
    }
    synchronized (known) {
      known.put(shown, wanted);
    }
    return true;
  }

  private String digest(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(salt);
      return Base64.getEncoder()
          .encodeToString(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
