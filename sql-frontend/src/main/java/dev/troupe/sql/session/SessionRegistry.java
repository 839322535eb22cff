package dev.troupe.sql.session;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

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

  private final Map<Integer, SessionActivity> open = new ConcurrentHashMap<>();

  void opened(SessionActivity activity) {
    open.put(activity.pid(), activity);
  }

  void closed(int pid) {
    open.remove(pid);
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
