package dev.troupe.sql.session;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Advisory locks: numbers that mean something to applications alone. Those of a transaction are
 * keys that it holds; those of a session are not served, except for letting go of them all.
 */
final class AdvisoryLocks {
  private final SessionParts parts;

  AdvisoryLocks(SessionParts parts) {
    this.parts = parts;
  }

  @Nullable Object call(String name, List<@Nullable Object> arguments) {
    if (name.equals("pg_advisory_unlock_all")) {
      return "";
    }
    throw SqlException.of(SqlState.FEATURE_NOT_SUPPORTED, "function %s is not supported", name)
        .withHint(
            "Locks of rows (SELECT ... FOR UPDATE) serve the same purpose; this session is %d."
                .formatted(parts.identity().pid()))
        .withDetail("It was called with %d arguments.".formatted(arguments.size()));
  }
}
