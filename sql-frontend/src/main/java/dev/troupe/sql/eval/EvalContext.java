package dev.troupe.sql.eval;

import dev.troupe.sql.type.TypeSession;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/**
 * What an expression can ask of the statement that it is part of. Belongs to the thread that runs
 * the statement.
 */
public interface EvalContext extends TypeSession {
  /** Value of parameter {@code $(index + 1)}. */
  @Nullable Object parameter(int index);

  /** When the transaction began, microseconds since 2000-01-01 UTC: {@code now()}. */
  @Override
  long transactionMicros();

  /** When the statement began: {@code statement_timestamp()}. */
  long statementMicros();

  /** The present moment: {@code clock_timestamp()}. */
  long clockMicros();

  @Override
  ZoneId timeZone();

  /** Value of a setting as SHOW shows it; null when it is not known. */
  @Nullable String setting(String name);

  /** Uniform in [0, 1): {@code random()}. */
  double nextRandom();

  /** Makes what {@link #nextRandom} gives from now on follow from a seed: {@code setseed()}. */
  void seedRandom(double seed);

  /**
   * Waits so long, or until the statement is cancelled: {@code pg_sleep()}.
   *
   * @throws dev.troupe.sql.error.SqlException QUERY_CANCELED
   */
  void pause(long micros);

  /** What functions ask that need more than values: sequences, catalog, session. */
  SessionServices session();

  /**
   * Ends the statement when it was cancelled or has taken too long. To be called in every loop that
   * can go on for long.
   *
   * @throws dev.troupe.sql.error.SqlException QUERY_CANCELED
   */
  void checkCancelled();

  /** Value of an outer query's column; see {@code dev.troupe.sql.plan.ColumnRef}. */
  @Nullable Object register(int column);

  void setRegister(int column, @Nullable Object value);
}
