package dev.troupe.range;

import dev.troupe.protocol.model.KeySpan;
import java.util.HashSet;
import java.util.Set;

/**
 * A leader's questions who holds keys that were led elsewhere before: all of them when it begins to
 * lead, and those that come in by a merge. Until the last answer is there it gives no key away.
 * Owned by the replica.
 */
final class HolderSurveys {
  /**
   * A new leader waits so long to hear who holds which keys. Who cannot answer by then is likely to
   * be dead, and all others wait.
   */
  static final long PATIENCE_NANOS = 1_000_000_000L;

  private final ReplicaServices services;
  private final LocalReplica local;
  private final LockQueue lockQueue;
  private final Set<Long> open = new HashSet<>();
  private long last;

  HolderSurveys(ReplicaServices services, LocalReplica local, LockQueue lockQueue) {
    this.services = services;
    this.local = local;
    this.lockQueue = lockQueue;
  }

  /** Asks everybody. */
  void begin(KeySpan span) {
    long survey = ++last;
    open.add(survey);
    lockQueue.seek();
    services
        .transactions()
        .findHolders(
            span,
            services.clock().nanos() + PATIENCE_NANOS,
            holders -> local.actor().tell(new RangeReplica.HoldersFound(survey, holders)));
  }

  /** Takes an answer; false when nobody waits for it any more. */
  boolean answered(RangeReplica.HoldersFound found) {
    if (!open.remove(found.survey())) {
      return false;
    }
    lockQueue.inherit(found.holders(), !open.isEmpty());
    return true;
  }

  /** This replica leads no more. */
  void abandon() {
    open.clear();
  }
}
