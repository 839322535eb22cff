package dev.troupe.transport;

import dev.troupe.protocol.spi.MonotonicClock;
import dev.troupe.protocol.spi.SystemClocks;

/**
 * What the transport takes from outside.
 *
 * @param epochs one per process, kept while actor systems come and go
 */
public record TransportPorts(MonotonicClock monotonic, LinkEpochs epochs, LinkFilter filter) {
  /** The real ones; call it once per process. */
  public static TransportPorts real() {
    return new TransportPorts(
        SystemClocks.monotonic(), new LinkEpochs(SystemClocks.wall()), LinkFilter.PASS_ALL);
  }

  public TransportPorts withFilter(LinkFilter other) {
    return new TransportPorts(monotonic, epochs, other);
  }
}
