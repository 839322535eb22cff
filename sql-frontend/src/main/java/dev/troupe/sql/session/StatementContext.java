package dev.troupe.sql.session;

import dev.troupe.sql.eval.EvalContext;
import dev.troupe.sql.eval.SessionServices;
import dev.troupe.sql.type.TypeSession;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What the expressions of one statement can ask. Used by the session's thread. */
final class StatementContext implements EvalContext {
  private static final int REGISTERS_FIRST = 8;

  private final SessionParts parts;
  private final SessionServices services;
  private final TypeSession types;
  private final @Nullable Object[] parameters;
  private final long statementMicros;
  private @Nullable Object[] registers = new @Nullable Object[0];
  private @Nullable SplittableRandom seeded;

  StatementContext(
      SessionParts parts,
      SessionServices services,
      TypeSession types,
      @Nullable Object[] parameters) {
    this.parts = parts;
    this.services = services;
    this.types = types;
    this.parameters = parameters;
    this.statementMicros = parts.nowMicros();
  }

  @Override
  public @Nullable Object parameter(int index) {
    return parameters[index];
  }

  @Override
  public long transactionMicros() {
    return parts.transaction().isOpen() ? parts.transaction().beganMicros() : statementMicros;
  }

  @Override
  public long statementMicros() {
    return statementMicros;
  }

  @Override
  public long clockMicros() {
    return parts.nowMicros();
  }

  @Override
  public ZoneId timeZone() {
    return types.timeZone();
  }

  @Override
  public DateOrder dateOrder() {
    return types.dateOrder();
  }

  @Override
  public IntervalStyle intervalStyle() {
    return types.intervalStyle();
  }

  @Override
  public int extraFloatDigits() {
    return types.extraFloatDigits();
  }

  @Override
  public ByteaOutput byteaOutput() {
    return types.byteaOutput();
  }

  @Override
  public @Nullable String setting(String name) {
    return parts.settings().find(name);
  }

  @Override
  public double nextRandom() {
    SplittableRandom chosen = seeded;
    return chosen == null ? parts.node().clocks().nextDouble() : chosen.nextDouble();
  }

  @Override
  public void seedRandom(double seed) {
    seeded = new SplittableRandom(Double.doubleToLongBits(seed));
  }

  @Override
  public void pause(long micros) {
    var over = new CompletableFuture<Boolean>();
    parts.cancellation().await(over.completeOnTimeout(true, micros, TimeUnit.MICROSECONDS));
  }

  @Override
  public SessionServices session() {
    return services;
  }

  @Override
  public void checkCancelled() {
    parts.cancellation().check();
  }

  @Override
  public @Nullable Object register(int column) {
    return column < registers.length ? registers[column] : null;
  }

  @Override
  public void setRegister(int column, @Nullable Object value) {
    if (column >= registers.length) {
      registers =
          Arrays.copyOf(registers, Math.max(column + REGISTERS_FIRST, 2 * registers.length));
    }
    registers[column] = value;
  }
}
