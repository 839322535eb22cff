package dev.troupe.protocol.codec;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.Membership;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.model.ReplicaId;
import java.util.ArrayList;

/** Stored and sent form of descriptors and memberships. Stored below Raft: golden-tested. */
public final class DescriptorCodec {
  private static final int FORMAT = 1;

  private DescriptorCodec() {}

  public static byte[] encode(RangeDescriptor descriptor) {
    ByteWriter out = new ByteWriter(96);
    write(out, descriptor);
    return out.toBytes();
  }

  public static RangeDescriptor decodeDescriptor(byte[] bytes) {
    ByteReader in = new ByteReader(bytes);
    RangeDescriptor descriptor = readDescriptor(in);
    in.requireEnd();
    return descriptor;
  }

  public static void write(ByteWriter out, RangeDescriptor descriptor) {
    out.putByte(FORMAT)
        .putVarLong(descriptor.id().value())
        .putBytes(descriptor.span().start().bytes())
        .putBytes(descriptor.span().end().bytes())
        .putVarLong(descriptor.generation())
        .putVarLong(descriptor.nextReplicaId());
    write(out, descriptor.members());
  }

  public static RangeDescriptor readDescriptor(ByteReader in) {
    requireFormat(in);
    RangeId id = new RangeId(in.readVarLong());
    KeySpan span = new KeySpan(Key.wrap(in.readBytes()), Key.wrap(in.readBytes()));
    long generation = in.readVarLong();
    long nextReplicaId = in.readVarLong();
    return new RangeDescriptor(id, span, generation, readMembership(in), nextReplicaId);
  }

  public static byte[] encode(Membership membership) {
    ByteWriter out = new ByteWriter(32);
    write(out, membership);
    return out.toBytes();
  }

  public static Membership decodeMembership(byte[] bytes) {
    ByteReader in = new ByteReader(bytes);
    Membership membership = readMembership(in);
    in.requireEnd();
    return membership;
  }

  public static void write(ByteWriter out, Membership membership) {
    out.putByte(FORMAT).putVarInt(membership.members().size());
    for (Member member : membership.members()) {
      out.putVarLong(member.replica().value())
          .putVarInt(member.node().value())
          .putByte(member.isVoter() ? 1 : 0);
    }
  }

  public static Membership readMembership(ByteReader in) {
    requireFormat(in);
    int count = in.readCount();
    var members = new ArrayList<Member>(count);
    for (int i = 0; i < count; i++) {
      members.add(
          new Member(
              new ReplicaId(in.readVarLong()),
              new NodeId(in.readVarInt()),
              in.readBoolean() ? Member.Role.VOTER : Member.Role.LEARNER));
    }
    return new Membership(members);
  }

  private static void requireFormat(ByteReader in) {
    int format = in.readByte();
    if (format != FORMAT) {
      throw new ByteReader.MalformedBytes("descriptor format " + format + " is not known here");
    }
  }
}
