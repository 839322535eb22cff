package dev.troupe.transport;

import dev.troupe.protocol.codec.ByteWriter;

/** A message that knows its bytes. Encoded once, on the link's thread, after it was queued. */
public interface OutboundMessage {
  /** Rough number of bytes, for limits. */
  int sizeHint();

  /** Appends the message's bytes; the transport frames them. */
  void encode(ByteWriter out);
}
