package dev.troupe.transport;

import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.protocol.error.Invariant;
import org.jspecify.annotations.Nullable;

/**
 * Lays messages into envelopes: each as its length (4 bytes) and its bytes, as many as fit. A
 * message that does not fit by itself is cut into fragments, which follow one another without
 * anything in between: total length, position, bytes. Belongs to one link.
 */
final class EnvelopePacker {
  /** Small enough that what is urgent does not wait long behind one. */
  static final int ENVELOPE_BYTES_MAX = 200 << 10;

  /** A message larger than this is not sent at all. */
  static final int MESSAGE_BYTES_MAX = 8 << 20;

  /** Bytes in front of a fragment: total length and position. */
  static final int FRAGMENT_PREFIX_BYTES = 8;

  private static final int LENGTH_BYTES = 4;
  private static final int FRAGMENT_BYTES_MAX =
      ENVELOPE_BYTES_MAX - EnvelopeHeader.BYTES - FRAGMENT_PREFIX_BYTES;
  private static final int FIRST_CAPACITY = 512;

  /** The link's side. */
  interface Sink {
    /** The header of the envelope that is begun now. */
    EnvelopeHeader header(boolean fragment);

    /** Sends it. Called before the next header is asked for. */
    void send(PeerEnvelope envelope, int bodyBytes, int messages);
  }

  private final Sink sink;
  private @Nullable ByteWriter open;
  private int messages;

  EnvelopePacker(Sink sink) {
    this.sink = sink;
  }

  /**
   * Adds a message, sending what is full.
   *
   * @return false when the message is too large and was left out
   * @throws RuntimeException what {@link OutboundMessage#encode} threw; the message was left out
   */
  boolean add(OutboundMessage message) {
    ByteWriter out = open == null ? begin(message.sizeHint()) : open;
    int start = out.size();
    if (!append(message, out)) {
      return false;
    }
    if (out.size() <= ENVELOPE_BYTES_MAX) {
      messages++;
    } else if (messages == 0) {
      open = null;
      sendFragments(out.array(), start + LENGTH_BYTES, out.size());
    } else {
      splitBefore(out, start);
    }
    return true;
  }

  /** Sends what is left. */
  void finish() {
    if (open != null && messages > 0) {
      send(open, open.size());
    }
    open = null;
    messages = 0;
  }

  /** Sends an envelope without a body, for its header's sake. */
  void sendBare() {
    Invariant.check(messages == 0, "bare envelope while %d messages are open", messages);
    send(begin(0), EnvelopeHeader.BYTES);
    open = null;
  }

  private ByteWriter begin(int sizeHint) {
    ByteWriter out =
        new ByteWriter(
            Math.max(FIRST_CAPACITY, EnvelopeHeader.BYTES + LENGTH_BYTES + Math.max(0, sizeHint)));
    sink.header(false).encode(out);
    open = out;
    messages = 0;
    return out;
  }

  private static boolean append(OutboundMessage message, ByteWriter out) {
    int start = out.size();
    out.putInt(0);
    boolean whole = false;
    try {
      message.encode(out);
      int length = out.size() - start - LENGTH_BYTES;
      whole = length <= MESSAGE_BYTES_MAX;
      out.setInt(start, length);
    } finally {
      if (!whole) {
        out.truncate(start);
      }
    }
    return whole;
  }

  /** The last message made the envelope too large: it begins the next one. */
  private void splitBefore(ByteWriter full, int start) {
    int end = full.size();
    send(full, start);
    if (EnvelopeHeader.BYTES + end - start > ENVELOPE_BYTES_MAX) {
      open = null;
      sendFragments(full.array(), start + LENGTH_BYTES, end);
      return;
    }
    begin(end - start).putRaw(full.array(), start, end - start);
    messages = 1;
  }

  private void sendFragments(byte[] bytes, int start, int end) {
    int total = end - start;
    for (int position = 0; position < total; position += FRAGMENT_BYTES_MAX) {
      int length = Math.min(FRAGMENT_BYTES_MAX, total - position);
      ByteWriter out = new ByteWriter(EnvelopeHeader.BYTES + FRAGMENT_PREFIX_BYTES + length);
      sink.header(true).encode(out);
      out.putInt(total).putInt(position).putRaw(bytes, start + position, length);
      messages = position + length == total ? 1 : 0;
      send(out, out.size());
    }
  }

  private void send(ByteWriter out, int size) {
    PeerEnvelope envelope = new PeerEnvelope(out.array(), size);
    sink.send(envelope, size - EnvelopeHeader.BYTES, messages);
    messages = 0;
  }
}
