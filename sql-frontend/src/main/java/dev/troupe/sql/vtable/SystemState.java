package dev.troupe.sql.vtable;

import dev.troupe.protocol.spi.ClusterAdmin.LoadStatus;
import dev.troupe.protocol.spi.ClusterAdmin.NodeStatus;
import dev.troupe.protocol.spi.ClusterAdmin.RangeStatus;
import dev.troupe.protocol.spi.ClusterEvents;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What virtual tables tell of the running system. Any thread; may wait. */
public interface SystemState {
  /** Nothing is known. */
  SystemState UNKNOWN =
      new SystemState() {
        @Override
        public List<Setting> settings() {
          return List.of();
        }

        @Override
        public List<Session> sessions() {
          return List.of();
        }

        @Override
        public List<Counted> statements() {
          return List.of();
        }

        @Override
        public long statementsForgotten() {
          return 0;
        }

        @Override
        public List<NodeStatus> nodes() {
          return List.of();
        }

        @Override
        public List<RangeStatus> ranges() {
          return List.of();
        }

        @Override
        public List<LoadStatus> loads() {
          return List.of();
        }

        @Override
        public List<ClusterEvents.Event> events() {
          return List.of();
        }
      };

  /**
   * A setting as {@code pg_settings} lists it; its value is asked of the reading session.
   *
   * @param type {@code bool}, {@code integer}, {@code real}, {@code string} or {@code enum}
   * @param context who may change it: {@code internal}, {@code user} ...
   */
  record Setting(
      String name, String description, String type, String context, String defaultValue) {}

  /**
   * A session of this node. Moments are microseconds since 2000-01-01 UTC, as those of a {@code
   * timestamptz}.
   *
   * @param state as in {@code pg_stat_activity}: {@code active}, {@code idle} ...
   * @param transactionMicros null outside of a transaction
   * @param queryMicros null before the first statement
   */
  record Session(
      int pid,
      String user,
      String applicationName,
      @Nullable String clientAddress,
      String state,
      String query,
      long startMicros,
      @Nullable Long transactionMicros,
      @Nullable Long queryMicros) {}

  /**
   * Statements of one shape that a user has run on this node, as {@code pg_stat_statements} lists
   * them. Times are milliseconds.
   */
  record Counted(
      String user,
      long id,
      String shape,
      long calls,
      long rows,
      double totalMillis,
      double minMillis,
      double maxMillis,
      double meanMillis,
      double deviationMillis) {}

  List<Setting> settings();

  List<Session> sessions();

  List<Counted> statements();

  /** How often shapes of statements were forgotten, because there were too many. */
  long statementsForgotten();

  List<NodeStatus> nodes();

  List<RangeStatus> ranges();

  List<LoadStatus> loads();

  /** What has happened last, newest first, as far as it is worth showing. */
  List<ClusterEvents.Event> events();
}
