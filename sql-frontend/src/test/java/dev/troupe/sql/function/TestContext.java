package dev.troupe.sql.function;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.eval.EvalContext;
import dev.troupe.sql.eval.SessionServices;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A statement of a session that has little around it. */
final class TestContext implements EvalContext, SessionServices {
  final List<String> asked = new ArrayList<>();
  private final ZoneId zone;
  private Random random = new Random(1);
  private int checksLeft;
  private long sequence;

  TestContext(String zone) {
    this(zone, Integer.MAX_VALUE);
  }

  /** Cancelled when it was asked so many times. */
  TestContext(String zone, int checksUntilCancelled) {
    this.zone = ZoneId.of(zone);
    this.checksLeft = checksUntilCancelled;
  }

  @Override
  public @Nullable Object parameter(int index) {
    return null;
  }

  @Override
  public long transactionMicros() {
    // 2024-02-29 12:30:45.123456 UTC
    return 762_525_045_123_456L;
  }

  @Override
  public long statementMicros() {
    return transactionMicros() + 1;
  }

  @Override
  public long clockMicros() {
    return transactionMicros() + 2;
  }

  @Override
  public ZoneId timeZone() {
    return zone;
  }

  @Override
  public @Nullable String setting(String name) {
    return Map.of("search_path", "public").get(name);
  }

  @Override
  public double nextRandom() {
    return random.nextDouble();
  }

  @Override
  public void seedRandom(double seed) {
    random = new Random(Double.doubleToLongBits(seed));
  }

  @Override
  public void pause(long micros) {
    asked.add("pause " + micros);
  }

  @Override
  public SessionServices session() {
    return this;
  }

  @Override
  public void checkCancelled() {
    checksLeft--;
    if (checksLeft < 0) {
      throw new SqlException(SqlState.QUERY_CANCELED, "canceling statement due to user request");
    }
  }

  @Override
  public @Nullable Object register(int column) {
    return null;
  }

  @Override
  public void setRegister(int column, @Nullable Object value) {}

  @Override
  public String currentUser() {
    return "root";
  }

  @Override
  public String sessionUser() {
    return "root";
  }

  @Override
  public String currentDatabase() {
    return "defaultdb";
  }

  @Override
  public List<String> searchPath(boolean withImplicit) {
    return withImplicit ? List.of("pg_catalog", "public") : List.of("public");
  }

  @Override
  public int backendPid() {
    return 7;
  }

  @Override
  public String serverVersion() {
    return "PostgreSQL 15.0";
  }

  @Override
  public String setConfig(String name, @Nullable String value, boolean local) {
    asked.add("set " + name + " " + value + " " + local);
    return String.valueOf(value);
  }

  @Override
  public long nextOfIdentity(long ofSequence) {
    return nextval(ofSequence);
  }

  @Override
  public long nextval(long ofSequence) {
    sequence++;
    return sequence;
  }

  @Override
  public long currval(long ofSequence) {
    return sequence;
  }

  @Override
  public long lastval() {
    return sequence;
  }

  @Override
  public long setval(long ofSequence, long value, boolean called) {
    sequence = value;
    return value;
  }

  @Override
  public @Nullable Long resolve(String kind, String name) {
    return name.equals("missing") ? null : 4711L;
  }

  @Override
  public String nameOf(String kind, long oid) {
    return kind + " " + oid;
  }

  @Override
  public @Nullable Object catalogFunction(String name, List<@Nullable Object> arguments) {
    asked.add(name + arguments);
    return null;
  }
}
