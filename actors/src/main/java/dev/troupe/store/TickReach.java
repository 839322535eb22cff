package dev.troupe.store;

import dev.troupe.range.Placement;

/**
 * Which replicas the ticks of a store go to. Those that are awake get all of them. Those that sleep
 * are looked at once a second, because somebody may wait at them for something else than Raft.
 * Those that sleep and that nobody waits for, of which there are thousands, are looked at when
 * nodes have come or gone or this one is to be drained: only then do their leaders see who should
 * get a replica. Without such a reason it is done seldom. Owned by the store.
 */
final class TickReach {
  /** Ticks of an awake store between two looks at sleepers. */
  static final int TICKS_BETWEEN_LOOKS = 20;

  /** Looks at sleepers between two looks at all, which nobody should have to wait for. */
  static final int LOOKS_BETWEEN_LOOKS_AT_ALL = 300;

  /** Looks at all for one reason: a leader that has just looked by itself does not look again. */
  static final int LOOKS_PER_CHANGE = 2;

  private enum Reach {
    AWAKE,
    UNSETTLED,
    ALL
  }

  private int ticks;
  private int looks;
  private int owed;
  private long changesSeen = -1;
  private Reach reach = Reach.AWAKE;

  /**
   * The next tick.
   *
   * @param slow whether ticks come once a second
   */
  void next(boolean slow, Placement placement) {
    ticks++;
    if (!slow && ticks % TICKS_BETWEEN_LOOKS != 0) {
      reach = Reach.AWAKE;
      return;
    }
    looks++;
    if (haveChanged(placement)) {
      owed = LOOKS_PER_CHANGE;
    } else if (looks % LOOKS_BETWEEN_LOOKS_AT_ALL == 0) {
      owed = Math.max(1, owed);
    }
    reach = owed > 0 ? Reach.ALL : Reach.UNSETTLED;
    owed = Math.max(0, owed - 1);
  }

  private boolean haveChanged(Placement placement) {
    long changes = placement.changes();
    boolean changed = changes != changesSeen;
    changesSeen = changes;
    return changed;
  }

  /** Whether the tick goes to none that sleep. */
  boolean isAwakeOnly() {
    return reach == Reach.AWAKE;
  }

  /** Whether the tick goes to a replica. */
  boolean reaches(boolean asleep, boolean atRest) {
    return switch (reach) {
      case AWAKE -> !asleep;
      case UNSETTLED -> !asleep || !atRest;
      case ALL -> true;
    };
  }
}
