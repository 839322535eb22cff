package dev.troupe.range;

import dev.troupe.protocol.spi.TimestampSource;
import org.jspecify.annotations.Nullable;

/**
 * One request of a replica for timestamps. Those that come while they are asked for spare the way
 * through the mailbox.
 */
final class TimestampDraw {
  private final long number;
  private final LocalReplica local;
  private final Thread asking = Thread.currentThread();
  private boolean returned;
  private TimestampSource.@Nullable Drawn result;

  TimestampDraw(long number, LocalReplica local) {
    this.number = number;
    this.local = local;
  }

  /** The answer, on any thread. */
  void arrived(TimestampSource.Drawn drawn) {
    if (Thread.currentThread() == asking && !returned) {
      result = drawn;
    } else {
      local.actor().tell(new RangeReplica.TimestampsDrawn(number, drawn));
    }
  }

  /** To be called once the request was sent: what came meanwhile; null when it comes later. */
  TimestampSource.@Nullable Drawn returned() {
    returned = true;
    return result;
  }
}
