package dev.troupe.protocol.model;

/**
 * One entry of a Raft log.
 *
 * @param term the leader's term when it was proposed
 * @param index position in the log, from 1
 * @param kind what the data is
 * @param data the payload, shared and never changed
 */
public record LogEntry(long term, long index, Kind kind, byte[] data) {
  /** Bytes that an entry takes beside its data, for limits and accounting. */
  public static final int OVERHEAD_BYTES = 32;

  /** What an entry carries. The numbers are stored: never reuse one. */
  public enum Kind {
    /** Nothing: the first entry of a new leader. */
    NOOP(0),
    /** One or more commands of the state machine. */
    COMMAND(1),
    /** A whole {@link Membership}, in force from the moment it is in the log. */
    MEMBERSHIP(2),
    /** Cuts the range in two: where, and the id of the right-hand one. */
    SPLIT(3),
    /** A step of a merge with the range to the right, or to the left. */
    MERGE(4);

    private final int number;

    Kind(int number) {
      this.number = number;
    }

    public int number() {
      return number;
    }

    public static Kind ofNumber(int number) {
      return switch (number) {
        case 0 -> NOOP;
        case 1 -> COMMAND;
        case 2 -> MEMBERSHIP;
        case 3 -> SPLIT;
        case 4 -> MERGE;
        default -> throw new IllegalArgumentException("unknown kind of log entry: " + number);
      };
    }
  }

  public int sizeBytes() {
    return data.length + OVERHEAD_BYTES;
  }

  @Override
  public String toString() {
    return index + "@" + term + ":" + kind + "(" + data.length + " bytes)";
  }
}
