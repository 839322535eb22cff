package dev.troupe.node.http;

import dev.troupe.node.sql.SqlActivity;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.sql.session.SessionRegistry.Activity;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The SQL sessions of this node, and the end of what they run. */
final class SessionTopic {
  /** Beyond it the page is no help any more; {@code pg_stat_activity} lists all. */
  static final int SESSIONS_MAX = 1_000;

  /** Moments of PostgreSQL count from the year 2000. */
  private static final long EPOCH_SECONDS = 946_684_800L;

  private static final long MICROS = 1_000_000L;

  private final Supplier<@Nullable SqlActivity> sql;
  private final Supplier<@Nullable NodeId> self;

  SessionTopic(Supplier<@Nullable SqlActivity> sql, Supplier<@Nullable NodeId> self) {
    this.sql = sql;
    this.self = self;
  }

  List<Topic.Item> items() {
    NodeId node = self.get();
    int number = node == null ? 0 : node.value();
    return require(sql).sessions().stream()
        // Those that work come first, should there be too many.
        .sorted((a, b) -> Boolean.compare(b.active(), a.active()))
        .limit(SESSIONS_MAX)
        .map(session -> item(number, session))
        .toList();
  }

  private static Topic.Item item(int node, Activity session) {
    String id = node + "-" + session.pid();
    return Topic.Item.of(
        id,
        out -> {
          out.writeStringField("id", id);
          out.writeNumberField("node", node);
          out.writeNumberField("pid", session.pid());
          out.writeStringField("user", session.user());
          out.writeStringField("application", session.application());
          out.writeStringField("client", session.client());
          out.writeStringField("state", state(session));
          out.writeStringField("since", moment(session.sinceMicros()));
          out.writeStringField("statement", session.statement());
          if (session.statement().isEmpty()) {
            out.writeNullField("statement_began");
          } else {
            out.writeStringField("statement_began", moment(session.statementMicros()));
          }
        });
  }

  private static String state(Activity session) {
    if (session.active()) {
      return "active";
    }
    return switch (session.status()) {
      case IDLE -> "idle";
      case ACTIVE -> "idle in transaction";
      case FAILED -> "idle in transaction (aborted)";
    };
  }

  private static String moment(long micros) {
    long seconds = Math.floorDiv(micros, MICROS);
    long nanos = Math.floorMod(micros, MICROS) * 1000L;
    return Instant.ofEpochSecond(EPOCH_SECONDS + seconds, nanos).toString();
  }

  /** Ends what a session of this node runs; {@code yes}, or {@code no} when there is none. */
  String cancel(String pid) {
    try {
      return require(sql).cancel(Integer.parseInt(pid)) ? "yes" : "no";
    } catch (NumberFormatException e) {
      return "no";
    }
  }

  static SqlActivity require(Supplier<@Nullable SqlActivity> sql) {
    SqlActivity open = sql.get();
    if (open == null) {
      throw new TroupeException(ErrorCode.NOT_INITIALIZED, "the SQL port is not open yet");
    }
    return open;
  }
}
