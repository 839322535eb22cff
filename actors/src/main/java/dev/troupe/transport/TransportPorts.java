package dev.troupe.transport;

import dev.troupe.protocol.spi.MonotonicClock;
import dev.troupe.protocol.spi.SystemClocks;

/**
 * What the transport takes from outside.
 *
 * @param epochs one per process, kept while actor systems come and go
 * @param socket bound by the process, which closes it
 */
public record TransportPorts(
    MonotonicClock monotonic, LinkEpochs epochs, LinkFilter filter, PeerSocket socket) {
  /** The real ones; call it once per process. */
  public static TransportPorts real(PeerSocket socket) {
    return new TransportPorts(
        SystemClocks.monotonic(), new LinkEpochs(SystemClocks.wall()), LinkFilter.PASS_ALL, socket);
  }

  public TransportPorts withFilter(LinkFilter other) {
    return new TransportPorts(monotonic, epochs, other, socket);
  }
}
