package dev.troupe.txn;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.RangeDescriptor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Tells which range is believed to hold a key. Any thread; never blocks. */
@FunctionalInterface
public interface RangeMap {
  /**
   * Looks a range up.
   *
   * @param reply gets null when it could not be found out until the deadline; called once, on any
   *     thread
   */
  void whereIs(Key key, long deadlineNanos, Consumer<@Nullable RangeDescriptor> reply);
}
