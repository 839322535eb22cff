package dev.troupe.sql.session;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.schema.Role;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/** The sessions of this node, for those who look at them. Any thread. */
public final class SessionRegistry {
  /**
   * What a session does.
   *
   * @param sinceMicros when it was opened, since 2000-01-01 UTC
   * @param statementMicros when its last statement began
   * @param active whether that is still running
   */
  public record Activity(
      int pid,
      String user,
      String database,
      String application,
      String client,
      long sinceMicros,
      String statement,
      long statementMicros,
      boolean active,
      TransactionStatus status) {}

  private final ReentrantLock entering = new ReentrantLock();
  private final Map<Integer, SessionActivity> open = new ConcurrentHashMap<>();
  private final Map<String, Integer> byUser = new ConcurrentHashMap<>();

  /**
   * Takes a place for a session.
   *
   * @throws SqlException TOO_MANY_CONNECTIONS when none is left for this user
   */
  void enter(SessionActivity activity, Role role, Places places) {
    entering.lock();
    try {
      int free = places.max() - open.size();
      if (free <= 0) {
        throw new SqlException(SqlState.TOO_MANY_CONNECTIONS, "sorry, too many clients already");
      }
      if (free <= places.reserved() && !role.superuser()) {
        throw new SqlException(
            SqlState.TOO_MANY_CONNECTIONS,
            "remaining connection slots are reserved for superusers");
      }
      int limit = role.connectionLimit();
      if (limit >= 0 && !role.superuser() && byUser.getOrDefault(role.name(), 0) >= limit) {
        throw SqlException.of(
                SqlState.TOO_MANY_CONNECTIONS, "too many connections for role \"%s\"", role.name())
            .withDetail("The role may have %d on each node.".formatted(limit));
      }
      open.put(activity.pid(), activity);
      byUser.merge(role.name(), 1, Integer::sum);
    } finally {
      entering.unlock();
    }
  }

  void closed(int pid) {
    SessionActivity gone = open.remove(pid);
    if (gone != null) {
      byUser.computeIfPresent(gone.user(), (user, count) -> count == 1 ? null : count - 1);
    }
  }

  public int count() {
    return open.size();
  }

  /** In the order of their numbers. */
  public List<Activity> all() {
    return open.values().stream()
        .map(SessionActivity::now)
        .sorted((a, b) -> Integer.compare(a.pid(), b.pid()))
        .toList();
  }
}
