package dev.troupe.sql.copy;

import org.jspecify.annotations.Nullable;

/** Takes the data of COPY FROM apart into rows of texts. */
public interface CopyReader {
  /**
   * The fields of the next row, null for NULL; null at the end.
   *
   * @throws dev.troupe.sql.error.SqlException BAD_COPY_FILE_FORMAT
   */
  @Nullable String @Nullable [] next();

  /** Number of the line that the last row began on, from 1. */
  long line();
}
