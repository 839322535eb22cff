package dev.troupe.chaos.history;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One line of a history: a client asks, or learns what became of it.
 *
 * @param process the client; it has one operation open at most
 * @param time nanoseconds of a clock that all lines share
 * @param function name of the operation within its workload, field {@code f}
 * @param value the steps; empty when the line has none
 * @param error why an operation failed or what made its outcome unknown
 */
public record HistoryEvent(
    int process,
    Type type,
    long time,
    @Nullable String function,
    List<MicroOp> value,
    @Nullable String error) {
  /** What a line tells. */
  public enum Type {
    INVOKE,
    OK,
    /** It did not take place and never will. */
    FAIL,
    /** It may have taken place, may still do so, or never. The process is not heard of again. */
    INFO;

    /** How it is written in a history. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public HistoryEvent {
    value = List.copyOf(value);
  }

  public HistoryEvent(int process, Type type, long time, List<MicroOp> value) {
    this(process, type, time, null, value, null);
  }
}
