package dev.troupe.sql.type.cast;

import dev.troupe.sql.type.TypeSession;
import org.jspecify.annotations.Nullable;

/** A cast from one type to another, made ready for its modifiers. Immutable. */
public interface Cast {
  /** Where a cast may be applied without being written; the later ones include the earlier. */
  enum Context {
    /** Anywhere. */
    IMPLICIT,
    /** In assignments to columns. */
    ASSIGNMENT,
    /** Only where it is written. */
    EXPLICIT;

    /** Whether a cast that needs this context may be applied in another. */
    public boolean allowedIn(Context where) {
      return compareTo(where) <= 0;
    }
  }

  /** The least context that the cast needs. */
  Context context();

  /** Whether it leaves all values as they are. */
  default boolean isIdentity() {
    return false;
  }

  /** Whether the result depends on the value alone, and not on settings of the session. */
  default boolean isImmutable() {
    return false;
  }

  /**
   * @param value not NULL; NULL stays NULL under any cast
   * @return null where PostgreSQL's function gives NULL, as for the time of an infinite timestamp
   * @throws dev.troupe.sql.error.SqlException when the target cannot hold it
   */
  @Nullable Object apply(Object value, TypeSession session);
}
