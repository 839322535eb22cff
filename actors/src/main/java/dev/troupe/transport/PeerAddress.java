package dev.troupe.transport;

/** Where the transport of a node is reached. */
public record PeerAddress(String host, int port) {
  public PeerAddress {
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("peer port " + port);
    }
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
