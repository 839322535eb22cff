package dev.troupe.loadgen.txn;

import dev.troupe.client.TroupeClient;
import dev.troupe.loadgen.report.VerificationResult;

/** Transactions and what must hold between them. Shared by the users of a run; any thread. */
public interface TxnWorkload {
  /** Writes what has to be there before the first run; may be repeated. */
  default void load(TroupeClient client) {
    // Most workloads write keys of their own, which begin with nothing.
  }

  /** Called before the first user starts. */
  default void begin(TroupeClient client) {
    // Most workloads know all that they need.
  }

  /** One transaction of one user, checked as far as it can be by itself. */
  void step(TxnUser user);

  /** Reads everything when all users have ended, and checks the whole. */
  void finish(TroupeClient client);

  /** What was found so far. */
  VerificationResult result();
}
