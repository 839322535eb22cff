package dev.troupe.transport;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteReader.MalformedBytes;
import dev.troupe.protocol.codec.ByteWriter;

/**
 * First bytes of every envelope.
 *
 * <p>Offsets count body bytes since the epoch began. An acknowledgement names the epoch it belongs
 * to and is cumulative: bytes lost on the way are covered by the acknowledgement of later ones.
 *
 * @param fragment the body is a part of one large message; otherwise it holds whole messages
 * @param epoch of the sender's link: rises whenever the link starts anew
 * @param start offset of the body's first byte
 * @param ackEpoch latest epoch of the reverse direction, 0 when nothing came yet
 * @param ackOffset end of what came in that epoch
 */
record EnvelopeHeader(
    boolean fragment,
    long clusterHash,
    int from,
    int to,
    long incarnation,
    long epoch,
    long start,
    long ackEpoch,
    long ackOffset) {
  static final int BYTES = 58;
  private static final int VERSION = 1;
  private static final int FLAG_FRAGMENT = 1;

  void encode(ByteWriter out) {
    out.putByte(VERSION)
        .putByte(fragment ? FLAG_FRAGMENT : 0)
        .putLong(clusterHash)
        .putInt(from)
        .putInt(to)
        .putLong(incarnation)
        .putLong(epoch)
        .putLong(start)
        .putLong(ackEpoch)
        .putLong(ackOffset);
  }

  static EnvelopeHeader decode(ByteReader in) {
    int version = in.readByte();
    if (version != VERSION) {
      throw new MalformedBytes("envelope of version " + version + ", known is " + VERSION);
    }
    int flags = in.readByte();
    if ((flags & ~FLAG_FRAGMENT) != 0) {
      throw new MalformedBytes("unknown envelope flags " + flags);
    }
    EnvelopeHeader header =
        new EnvelopeHeader(
            flags == FLAG_FRAGMENT,
            in.readLong(),
            in.readInt(),
            in.readInt(),
            in.readLong(),
            in.readLong(),
            in.readLong(),
            in.readLong(),
            in.readLong());
    if (header.from < 1 || header.to < 1) {
      throw new MalformedBytes("envelope from node " + header.from + " to node " + header.to);
    }
    return header;
  }
}
