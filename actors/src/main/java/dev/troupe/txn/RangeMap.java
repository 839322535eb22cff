package dev.troupe.txn;

import dev.troupe.gateway.KvGateway;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.RangeDescriptor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Tells which range is believed to hold a key. Any thread; never blocks. */
@FunctionalInterface
public interface RangeMap {
  /** What a node's gateway believes. */
  static RangeMap of(KvGateway gateway) {
    return new RangeMap() {
      @Override
      public void whereIs(Key key, long deadlineNanos, Consumer<@Nullable RangeDescriptor> reply) {
        gateway.whereIs(key, deadlineNanos, reply);
      }

      @Override
      public @Nullable RangeDescriptor known(Key key) {
        return gateway.known(key);
      }
    };
  }

  /**
   * Looks a range up.
   *
   * @param reply gets null when it could not be found out until the deadline; called once, on any
   *     thread
   */
  void whereIs(Key key, long deadlineNanos, Consumer<@Nullable RangeDescriptor> reply);

  /** The range, if it need not be looked up. */
  default @Nullable RangeDescriptor known(Key key) {
    return null;
  }
}
