package dev.troupe.transport;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteReader.MalformedBytes;
import org.jspecify.annotations.Nullable;

/**
 * What came from one peer so far. Written by the inbox alone; the link of the reverse direction
 * reads {@link #ack()} and notes what it sent.
 */
final class InboundStream {
  /** Received bytes after which an acknowledgement is sent even when nothing else is. */
  static final long ACK_BYTES = 256 << 10;

  /** How far the bytes of an epoch came. */
  record Ack(long epoch, long offset) {
    static final Ack NONE = new Ack(0, 0);
  }

  /** What the header says about an envelope's place in the stream. */
  enum Place {
    NEXT,
    /** Bytes before it were lost. */
    AFTER_GAP,
    /** Later ones were taken already. */
    OUTDATED,
    OLD_INCARNATION
  }

  private long incarnation = -1;
  private byte @Nullable [] partial;
  private int partialFilled;
  private volatile Ack ack = Ack.NONE;
  private volatile Ack ackSent = Ack.NONE;

  long incarnation() {
    return incarnation;
  }

  Ack ack() {
    return ack;
  }

  void ackSent(Ack sent) {
    ackSent = sent;
  }

  /** Whether the peer waits for an acknowledgement: always for the first of an epoch. */
  boolean ackDue() {
    Ack sent = ackSent;
    Ack now = ack;
    return sent.epoch() != now.epoch() || now.offset() - sent.offset() >= ACK_BYTES;
  }

  Place accept(EnvelopeHeader header, int bodyBytes) {
    if (header.incarnation() < incarnation) {
      return Place.OLD_INCARNATION;
    }
    boolean reborn = header.incarnation() > incarnation;
    long end = header.start() + bodyBytes;
    if (header.start() < 0 || end < 0) {
      throw new MalformedBytes("envelope starts at offset " + header.start());
    }
    if (reborn || header.epoch() > ack.epoch()) {
      incarnation = header.incarnation();
      partial = null;
      ack = new Ack(header.epoch(), end);
      return Place.NEXT;
    }
    if (header.epoch() < ack.epoch() || header.start() < ack.offset()) {
      return Place.OUTDATED;
    }
    boolean gap = header.start() > ack.offset();
    if (gap) {
      partial = null;
    }
    ack = new Ack(header.epoch(), end);
    return gap ? Place.AFTER_GAP : Place.NEXT;
  }

  /** Whole messages came: what was in pieces can no longer be completed. */
  void dropPartial() {
    partial = null;
  }

  /**
   * Adds a piece of a large message.
   *
   * @return the message when this was its last piece; null while pieces are missing, or when the
   *     first ones were lost
   */
  byte @Nullable [] addFragment(ByteReader in) {
    int total = in.readInt();
    int position = in.readInt();
    int length = in.remaining();
    if (total < 1
        || total > EnvelopePacker.MESSAGE_BYTES_MAX
        || position < 0
        || length < 1
        || position > total - length) {
      partial = null;
      throw new MalformedBytes("fragment of " + length + " bytes at " + position + " of " + total);
    }
    if (position == 0) {
      partial = new byte[total];
      partialFilled = 0;
    }
    byte[] target = partial;
    if (target == null || target.length != total || partialFilled != position) {
      partial = null;
      return null;
    }
    in.readInto(target, position, length);
    partialFilled += length;
    if (partialFilled < total) {
      return null;
    }
    partial = null;
    return target;
  }
}
