package dev.troupe.chaos.sqllogic;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A test of a file: one statement and what it has to give. */
public sealed interface SqlLogicRecord {
  /** Of the record's head in its file, from 1. */
  int line();

  String sql();

  /** A statement that has to succeed, or to fail. */
  record Command(int line, String sql, boolean fails) implements SqlLogicRecord {}

  /**
   * A statement that gives rows.
   *
   * @param types one letter a column: I, R or T
   * @param label queries of a file with the same label have the same result; null without one
   */
  record Query(
      int line,
      String sql,
      String types,
      Sorting sorting,
      @Nullable String label,
      Expectation expectation)
      implements SqlLogicRecord {}

  /** How a result is sorted before it is compared. */
  enum Sorting {
    NOSORT,
    ROWSORT,
    VALUESORT
  }

  /** What a result has to be. */
  sealed interface Expectation {
    record Values(List<String> values) implements Expectation {
      public Values {
        values = List.copyOf(values);
      }
    }

    /** So many values, whose text has this MD5. */
    record Hash(int values, String md5) implements Expectation {}
  }
}
