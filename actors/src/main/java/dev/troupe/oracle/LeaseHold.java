package dev.troupe.oracle;

/**
 * One uninterrupted time for which this node's replica leads the system range. Two are equal when
 * nothing came in between.
 */
interface LeaseHold {
  /**
   * Whether at this moment no other leader can exist and leadership was never interrupted since the
   * hold began. Any thread; must not be answered from anything remembered.
   */
  boolean holds();
}
