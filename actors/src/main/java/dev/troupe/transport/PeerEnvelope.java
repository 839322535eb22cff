package dev.troupe.transport;

/**
 * What travels between nodes: an {@link EnvelopeHeader} and messages, already encoded.
 *
 * @param bytes not changed any more once the envelope exists; only the first {@code length} count
 */
record PeerEnvelope(byte[] bytes, int length) implements PeerInbox.Command {
  PeerEnvelope {
    if (length < 0 || length > bytes.length) {
      throw new IllegalArgumentException(length + " of " + bytes.length + " bytes");
    }
  }

  @Override
  public String toString() {
    return "PeerEnvelope[" + length + " bytes]";
  }
}
