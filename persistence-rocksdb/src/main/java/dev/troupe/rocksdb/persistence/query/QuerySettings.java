package dev.troupe.rocksdb.persistence.query;

import com.typesafe.config.Config;
import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * How queries read.
 *
 * @param blocking where they read
 * @param pageSize number of stored things read at once; bounds what a query buffers
 * @param refreshInterval how often a live query looks by itself, beside being told of changes
 */
public record QuerySettings(Executor blocking, int pageSize, Duration refreshInterval) {
  public QuerySettings {
    if (pageSize < 1 || !refreshInterval.isPositive()) {
      throw new IllegalArgumentException(
          "page-size and refresh-interval must be positive, are "
              + pageSize
              + " and "
              + refreshInterval);
    }
  }

  /** Reads page-size and refresh-interval of a plugin's section. */
  public static QuerySettings of(Config section, Executor blocking) {
    return new QuerySettings(
        blocking, section.getInt("page-size"), section.getDuration("refresh-interval"));
  }
}
