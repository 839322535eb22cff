package dev.troupe.range;

/** Makes tables of locks for tests of other packages. */
public final class LockTables {
  private LockTables() {}

  public static LockTable of(Iterable<Lock> locks) {
    LockTable table = new LockTable();
    locks.forEach(table::put);
    return table;
  }
}
