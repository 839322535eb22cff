package dev.troupe.sql.optimize;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.eval.EvalContext;
import dev.troupe.sql.eval.SessionServices;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/**
 * What immutable functions are computed in while planning: nothing. One that asks for something
 * after all is left for when the statement runs.
 */
final class FoldContext implements EvalContext {
  static final FoldContext INSTANCE = new FoldContext();

  private FoldContext() {}

  private static SqlException notNow() {
    return new SqlException(SqlState.INTERNAL_ERROR, "only known when the statement runs");
  }

  @Override
  public @Nullable Object parameter(int index) {
    throw notNow();
  }

  @Override
  public long transactionMicros() {
    throw notNow();
  }

  @Override
  public long statementMicros() {
    throw notNow();
  }

  @Override
  public long clockMicros() {
    throw notNow();
  }

  @Override
  public DateOrder dateOrder() {
    throw notNow();
  }

  @Override
  public IntervalStyle intervalStyle() {
    throw notNow();
  }

  @Override
  public ZoneId timeZone() {
    throw notNow();
  }

  @Override
  public @Nullable String setting(String name) {
    throw notNow();
  }

  @Override
  public double nextRandom() {
    throw notNow();
  }

  @Override
  public void seedRandom(double seed) {
    throw notNow();
  }

  @Override
  public void pause(long micros) {
    throw notNow();
  }

  @Override
  public SessionServices session() {
    throw notNow();
  }

  @Override
  public void checkCancelled() {}

  @Override
  public @Nullable Object register(int column) {
    throw notNow();
  }

  @Override
  public void setRegister(int column, @Nullable Object value) {
    throw notNow();
  }
}
