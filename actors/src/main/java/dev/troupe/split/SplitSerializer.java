package dev.troupe.split;

import dev.troupe.protocol.codec.ByteReader.MalformedBytes;
import java.io.NotSerializableException;
import org.apache.pekko.serialization.SerializerWithStringManifest;

/** Carries what the split coordinator remembers into the journal and back. */
public final class SplitSerializer extends SerializerWithStringManifest {
  /** Unique among the serializers of an actor system; stored. */
  public static final int IDENTIFIER = 743_503;

  private static final String EVENT = "E";
  private static final String STATE = "S";

  @Override
  public int identifier() {
    return IDENTIFIER;
  }

  @Override
  public String manifest(Object object) {
    return object instanceof Remembered ? EVENT : STATE;
  }

  @Override
  public byte[] toBinary(Object object) {
    return object instanceof Remembered event
        ? RememberedCodec.encode(event)
        : RememberedCodec.encode((SplitState) object);
  }

  @Override
  public Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
    try {
      return switch (manifest) {
        case EVENT -> RememberedCodec.decode(bytes);
        case STATE -> RememberedCodec.decodeState(bytes);
        default -> throw new NotSerializableException("unknown manifest '" + manifest + "'");
      };
    } catch (MalformedBytes e) {
      throw new NotSerializableException(e.getMessage());
    }
  }
}
