package dev.troupe.control;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import java.io.NotSerializableException;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.apache.pekko.serialization.Serializer;
import org.apache.pekko.serialization.Serializers;
import scala.util.Failure;
import scala.util.Try;

/** Turns objects into stored bytes and back by Pekko's serialization. Any thread. */
final class ObjectSerialization {
  private final Serialization serialization;
  private final long bytesMax;

  /**
   * @param bytesMax larger objects are refused
   */
  ObjectSerialization(ActorSystem system, long bytesMax) {
    this.serialization = SerializationExtension.get(system);
    this.bytesMax = bytesMax;
  }

  /**
   * @throws NotSerializableException when no serializer is bound to the class
   * @throws TroupeException VALUE_TOO_LARGE
   */
  StoredObject store(Object object, long timestampMillis, String adapterManifest, String writer)
      throws NotSerializableException {
    Serializer serializer = serialization.serializerFor(object.getClass());
    byte[] bytes = serialization.serialize(object).get();
    if (bytes.length > bytesMax) {
      throw new TroupeException(
          ErrorCode.VALUE_TOO_LARGE,
          object.getClass().getName()
              + " takes "
              + bytes.length
              + " bytes in the replicated journal, which takes at most "
              + bytesMax);
    }
    return new StoredObject(
        timestampMillis,
        serializer.identifier(),
        Serializers.manifestFor(serializer, object),
        bytes,
        adapterManifest,
        writer);
  }

  /**
   * @param what the stored thing, for the message
   * @throws TroupeException when the serializer is missing or fails
   */
  Object restore(StoredObject stored, String what) {
    Try<Object> result =
        serialization.deserialize(stored.bytes(), stored.serializerId(), stored.manifest());
    if (result instanceof Failure<Object> failure) {
      throw new TroupeException(
          ErrorCode.INTERNAL,
          what
              + " cannot be read by serializer "
              + stored.serializerId()
              + " with manifest '"
              + stored.manifest()
              + "': "
              + failure.exception()
              + "; was it written by a newer version?");
    }
    return result.get();
  }
}
