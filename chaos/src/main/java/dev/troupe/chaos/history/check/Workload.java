package dev.troupe.chaos.history.check;

import java.util.Locale;

/** The kinds of histories that can be judged. */
public enum Workload {
  LIST_APPEND,
  REGISTER,
  RW_REGISTER,
  BANK,
  COUNTER;

  /**
   * What a checker may be told.
   *
   * @param stepsMax bound of the search for one register
   * @param negativeAllowed whether accounts may be overdrawn
   */
  public record Options(long stepsMax, boolean negativeAllowed) {}

  public HistoryChecker checker(Options options) {
    return switch (this) {
      case LIST_APPEND -> new ListAppendChecker();
      case REGISTER -> new RegisterChecker(options.stepsMax());
      case RW_REGISTER -> new RwRegisterChecker();
      case BANK -> new BankChecker(options.negativeAllowed());
      case COUNTER -> new CounterChecker();
    };
  }

  /** As on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
