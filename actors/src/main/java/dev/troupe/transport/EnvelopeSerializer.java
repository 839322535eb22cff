package dev.troupe.transport;

import java.io.NotSerializableException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.pekko.serialization.ByteBufferSerializer;
import org.apache.pekko.serialization.SerializerWithStringManifest;

/**
 * Copies envelopes into and out of Artery's buffers. The bytes are laid out already, so the byte
 * order of the buffer does not matter. An unknown manifest is reported as Pekko expects it: the
 * message is logged and dropped, the connection stays.
 */
public final class EnvelopeSerializer extends SerializerWithStringManifest
    implements ByteBufferSerializer {
  /** Unique among the serializers of an actor system; part of the wire format. */
  public static final int IDENTIFIER = 743_501;

  private static final String MANIFEST = "E";

  @Override
  public int identifier() {
    return IDENTIFIER;
  }

  @Override
  public String manifest(Object message) {
    return MANIFEST;
  }

  @Override
  public void toBinary(Object message, ByteBuffer buffer) {
    PeerEnvelope envelope = (PeerEnvelope) message;
    buffer.put(envelope.bytes(), 0, envelope.length());
  }

  @Override
  public byte[] toBinary(Object message) {
    PeerEnvelope envelope = (PeerEnvelope) message;
    return Arrays.copyOf(envelope.bytes(), envelope.length());
  }

  @Override
  public Object fromBinary(ByteBuffer buffer, String manifest) throws NotSerializableException {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return fromBinary(bytes, manifest);
  }

  @Override
  public Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
    if (!MANIFEST.equals(manifest)) {
      throw new NotSerializableException("unknown manifest '" + manifest + "' of a peer envelope");
    }
    return new PeerEnvelope(bytes, bytes.length);
  }
}
