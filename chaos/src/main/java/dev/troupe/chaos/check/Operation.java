package dev.troupe.chaos.check;

/**
 * One operation on a register, as its client saw it. Values are unique over a history; 0 stands for
 * "never written".
 */
public final class Operation {
  /** What was asked. */
  public enum Kind {
    READ,
    PUT,
    /** Writes the value when the register holds the expected one; observes what it held. */
    CAS
  }

  /** What the client knows in the end. */
  public enum Outcome {
    OK,
    /** Has not taken place and never will. */
    NOT_DONE,
    /** May have taken place, may still do so, or never. */
    UNKNOWN
  }

  private final int client;
  private final int key;
  private final Kind kind;
  private final long expected;
  private final long value;
  private final long invokedAt;
  private long returnedAt = Long.MAX_VALUE;
  private Outcome outcome = Outcome.UNKNOWN;
  private long observed;

  public Operation(int client, int key, Kind kind, long expected, long value, long invokedAt) {
    this.client = client;
    this.key = key;
    this.kind = kind;
    this.expected = expected;
    this.value = value;
    this.invokedAt = invokedAt;
  }

  public void succeed(long observed, long at) {
    this.outcome = Outcome.OK;
    this.observed = observed;
    this.returnedAt = at;
  }

  public void refuse(long at) {
    this.outcome = Outcome.NOT_DONE;
    this.returnedAt = at;
  }

  public int client() {
    return client;
  }

  public int key() {
    return key;
  }

  public Kind kind() {
    return kind;
  }

  public long expected() {
    return expected;
  }

  public long value() {
    return value;
  }

  public long invokedAt() {
    return invokedAt;
  }

  /** {@link Long#MAX_VALUE} while the outcome is unknown. */
  public long returnedAt() {
    return returnedAt;
  }

  public Outcome outcome() {
    return outcome;
  }

  /** What a read, or a compare-and-set before its write, found. */
  public long observed() {
    return observed;
  }

  @Override
  public String toString() {
    String what =
        switch (kind) {
          case READ -> "read";
          case PUT -> "put " + value;
          case CAS -> "cas " + expected + "->" + value;
        };
    String end = outcome == Outcome.UNKNOWN ? "?" : Long.toString(returnedAt);
    return "c%d [%d, %s] x%d %s %s(%d)"
        .formatted(client, invokedAt, end, key, what, outcome, observed);
  }
}
