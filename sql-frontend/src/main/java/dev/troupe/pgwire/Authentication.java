package dev.troupe.pgwire;

import java.net.InetAddress;

/** Who has to show a password. */
public enum Authentication {
  /** Clients on other machines: who is on this one is let in as whom they say to be. */
  AUTO,
  /** Nobody. */
  TRUST,
  /** Everybody. */
  SCRAM;

  /** Whether a client at this address has to. */
  public boolean asks(InetAddress client) {
    return this == SCRAM || (this == AUTO && !client.isLoopbackAddress());
  }
}
