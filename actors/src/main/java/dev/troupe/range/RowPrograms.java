package dev.troupe.range;

import dev.troupe.protocol.spi.MonotonicClock;
import dev.troupe.protocol.spi.RowProgram;

/**
 * How this node carries out programs of scans. Any thread.
 *
 * @param factory reads them
 * @param clock on which the time for a page is counted
 */
public record RowPrograms(RowProgram.Factory factory, MonotonicClock clock) {
  /** Knows no programs. */
  public static final RowPrograms NONE = new RowPrograms(RowProgram.Factory.NONE, () -> 0);
}
