package dev.troupe.sql.exec;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.eval.EvalContext;
import dev.troupe.sql.eval.SessionServices;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A statement's surroundings in which nothing happens by itself. */
final class TestContext implements EvalContext {
  final List<@Nullable Object> parameters;
  private final Map<Integer, @Nullable Object> registers = new HashMap<>();

  /** Looks at whether to go on, from which the statement is cancelled; negative: never. */
  int checksLeft = -1;

  int checks;

  TestContext(List<@Nullable Object> parameters) {
    this.parameters = parameters;
  }

  @Override
  public @Nullable Object parameter(int index) {
    return parameters.get(index);
  }

  @Override
  public long transactionMicros() {
    return 0;
  }

  @Override
  public long statementMicros() {
    return 0;
  }

  @Override
  public long clockMicros() {
    return 0;
  }

  @Override
  public ZoneId timeZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public @Nullable String setting(String name) {
    return null;
  }

  @Override
  public double nextRandom() {
    return 0.5;
  }

  @Override
  public SessionServices session() {
    throw new UnsupportedOperationException("no session");
  }

  @Override
  public void checkCancelled() {
    checks++;
    if (checksLeft >= 0 && checks > checksLeft) {
      throw new SqlException(SqlState.QUERY_CANCELED, "cancelled");
    }
  }

  @Override
  public void seedRandom(double seed) {}

  @Override
  public void pause(long micros) {}

  @Override
  public @Nullable Object register(int column) {
    return registers.get(column);
  }

  @Override
  public void setRegister(int column, @Nullable Object value) {
    registers.put(column, value);
  }
}
