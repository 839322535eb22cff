package dev.troupe.sql.session;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where results of statements go. Called on the thread that runs the statement, which may be held
 * back by a client that does not read.
 */
public interface ResultSink {
  /**
   * Rows follow.
   *
   * @param formats of the columns: empty all text, one for all, or one each; 1 is binary
   * @param describe whether the client is to be told the columns
   */
  void begin(List<ResultColumn> columns, int[] formats, boolean describe);

  /**
   * @param row not kept
   */
  void row(@Nullable Object[] row);

  /** A statement has ended. */
  void complete(String tag);

  /** A statement was empty. */
  void empty();

  /** As many rows as were asked for have come, and there may be more. */
  void suspended();

  void notice(Notice notice);

  /** A setting that clients watch has a new value. */
  void parameter(String name, String value);

  /** Asks the client for data. */
  CopySource copyIn(int columns, boolean binary);

  /** Data follows, in pieces. */
  void copyOut(int columns, boolean binary);

  void copyData(byte[] bytes, int length);

  void copyDone();

  /** A place to which {@link #rewind} may return. */
  long mark();

  /** Takes back what came since the mark; false when the client may have seen a part of it. */
  boolean rewind(long mark);

  /** What a client sends during COPY FROM STDIN. */
  interface CopySource {
    /**
     * The next piece, null at the end.
     *
     * @throws dev.troupe.sql.error.SqlException QUERY_CANCELED when the client gives up
     */
    byte @Nullable [] next();
  }
}
