package dev.troupe.cluster;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteReader.MalformedBytes;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.protocol.model.NodeId;

/**
 * What a node tells another one that is not (or not visibly) a member of its Pekko cluster.
 *
 * @param question the receiver should answer with its own
 * @param clusterHash 64 bits of the cluster's id
 * @param origin {@code host:port} of the sender
 * @param uid of the sender's actor system
 * @param founder the sender forms the cluster if nobody else has
 * @param members how many members the sender can reach, itself included; 0 before it has joined
 * @param lowest lowest node id among them; the sender's own before it has joined
 * @param askedAt of a question, in nanoseconds of its sender's clock; an answer repeats it, so that
 *     the asker knows how old it may be at most
 * @param knowsReceiver the receiver is a member in the sender's eyes; only set in answers
 */
record PeerHello(
    boolean question,
    long clusterHash,
    NodeId node,
    String origin,
    long uid,
    Phase phase,
    boolean founder,
    int members,
    NodeId lowest,
    long askedAt,
    boolean knowsReceiver)
    implements JoinProcess.Command {

  /** How far the sender has come. */
  enum Phase {
    /** Looking for a cluster. */
    SEEKING,
    /** Has decided to form one. */
    FORMING,
    MEMBER
  }

  private static final int VERSION = 1;

  byte[] encode() {
    return new ByteWriter(64)
        .putByte(VERSION)
        .putBoolean(question)
        .putLong(clusterHash)
        .putVarInt(node.value())
        .putString(origin)
        .putLong(uid)
        .putByte(phase.ordinal())
        .putBoolean(founder)
        .putVarInt(members)
        .putVarInt(lowest.value())
        .putLong(askedAt)
        .putBoolean(knowsReceiver)
        .toBytes();
  }

  static PeerHello decode(byte[] bytes) {
    ByteReader in = new ByteReader(bytes);
    int version = in.readByte();
    if (version != VERSION) {
      throw new MalformedBytes("hello of version " + version + ", known is " + VERSION);
    }
    PeerHello hello =
        new PeerHello(
            in.readBoolean(),
            in.readLong(),
            node(in),
            in.readString(),
            in.readLong(),
            phase(in),
            in.readBoolean(),
            in.readVarInt(),
            node(in),
            in.readLong(),
            in.readBoolean());
    in.requireEnd();
    return hello;
  }

  private static NodeId node(ByteReader in) {
    int value = in.readVarInt();
    if (value < 1) {
      throw new MalformedBytes("node id " + value);
    }
    return new NodeId(value);
  }

  private static Phase phase(ByteReader in) {
    int ordinal = in.readByte();
    Phase[] phases = Phase.values();
    if (ordinal >= phases.length) {
      throw new MalformedBytes("phase " + ordinal);
    }
    return phases[ordinal];
  }
}
