package dev.troupe.cluster;

import dev.troupe.protocol.codec.ByteReader.MalformedBytes;
import java.io.NotSerializableException;
import org.apache.pekko.serialization.SerializerWithStringManifest;

/** Carries {@link PeerHello}. What cannot be read is reported as Pekko expects it, and dropped. */
public final class PeerHelloSerializer extends SerializerWithStringManifest {
  /** Unique among the serializers of an actor system; part of the wire format. */
  public static final int IDENTIFIER = 743_502;

  private static final String MANIFEST = "H";

  @Override
  public int identifier() {
    return IDENTIFIER;
  }

  @Override
  public String manifest(Object message) {
    return MANIFEST;
  }

  @Override
  public byte[] toBinary(Object message) {
    return ((PeerHello) message).encode();
  }

  @Override
  public Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
    if (!MANIFEST.equals(manifest)) {
      throw new NotSerializableException("unknown manifest '" + manifest + "' of a hello");
    }
    try {
      return PeerHello.decode(bytes);
    } catch (MalformedBytes e) {
      throw new NotSerializableException("malformed hello: " + e.getMessage());
    }
  }
}
