package dev.troupe.sql.exec;

import dev.troupe.protocol.spi.RowProgram;
import dev.troupe.sql.eval.EvalContext;
import dev.troupe.sql.eval.SessionServices;
import dev.troupe.sql.type.TypeSession;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/**
 * What expressions are computed in where rows are: nothing. One that asks for something after all
 * is left to whoever sent it.
 */
final class RangeContext implements EvalContext {
  static final RangeContext INSTANCE = new RangeContext();

  private RangeContext() {}

  private static RowProgram.NotHere notHere() {
    return new RowProgram.NotHere("only known in the session");
  }

  @Override
  public @Nullable Object parameter(int index) {
    throw notHere();
  }

  @Override
  public long transactionMicros() {
    throw notHere();
  }

  @Override
  public long statementMicros() {
    throw notHere();
  }

  @Override
  public long clockMicros() {
    throw notHere();
  }

  @Override
  public TypeSession.DateOrder dateOrder() {
    throw notHere();
  }

  @Override
  public TypeSession.IntervalStyle intervalStyle() {
    throw notHere();
  }

  @Override
  public ZoneId timeZone() {
    throw notHere();
  }

  @Override
  public @Nullable String setting(String name) {
    throw notHere();
  }

  @Override
  public double nextRandom() {
    throw notHere();
  }

  @Override
  public void seedRandom(double seed) {
    throw notHere();
  }

  @Override
  public void pause(long micros) {
    throw notHere();
  }

  @Override
  public SessionServices session() {
    throw notHere();
  }

  /** A page ends soon by itself. */
  @Override
  public void checkCancelled() {}

  @Override
  public @Nullable Object register(int column) {
    throw notHere();
  }

  @Override
  public void setRegister(int column, @Nullable Object value) {
    throw notHere();
  }
}
