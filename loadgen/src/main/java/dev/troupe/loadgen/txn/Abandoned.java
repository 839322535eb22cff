package dev.troupe.loadgen.txn;

import java.io.Serial;

/** A workload decides in the middle of a transaction not to commit it. */
final class Abandoned extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  Abandoned(String why) {
    super(why, null, false, false);
  }
}
