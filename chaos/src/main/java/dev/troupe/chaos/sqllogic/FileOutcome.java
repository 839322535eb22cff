package dev.troupe.chaos.sqllogic;

import java.util.List;

/**
 * What became of a file's records.
 *
 * @param excluded records whose outcome does not count
 */
public record FileOutcome(String file, int passed, List<Failure> failures, int excluded) {

  public FileOutcome {
    failures = List.copyOf(failures);
  }

  /**
   * A record that did not give what it had to.
   *
   * @param what in one line
   */
  public record Failure(String file, int line, String what, String sql) {
    /** How lists of known failures name a record. */
    public String place() {
      return file + ":" + line;
    }
  }

  public int counted() {
    return passed + failures.size();
  }
}
