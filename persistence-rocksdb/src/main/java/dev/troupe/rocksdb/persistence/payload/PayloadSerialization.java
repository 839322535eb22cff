package dev.troupe.rocksdb.persistence.payload;

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

/** Turns objects into stored bytes and back by Pekko's serialization. Thread-safe. */
public final class PayloadSerialization {
  private final Serialization serialization;

  public PayloadSerialization(ActorSystem system) {
    this.serialization = SerializationExtension.get(system);
  }

  /**
   * @throws NotSerializableException when no serializer is bound to the class
   * @throws RuntimeException whatever the serializer throws
   */
  public StoredPayload serialize(Object object) throws NotSerializableException {
    Serializer serializer = serialization.serializerFor(object.getClass());
    // Actor references inside are written with the address of this system.
    byte[] bytes = serialization.serialize(object).get();
    return new StoredPayload(
        serializer.identifier(), Serializers.manifestFor(serializer, object), bytes);
  }

  /**
   * @param what the stored thing, for the message
   * @throws TroupeException when the serializer is missing or fails
   */
  public Object deserialize(StoredPayload payload, String what) {
    Try<Object> result =
        serialization.deserialize(payload.bytes(), payload.serializerId(), payload.manifest());
    if (result instanceof Failure<Object> failure) {
      throw new TroupeException(
          ErrorCode.INTERNAL,
          what
              + " cannot be deserialized by serializer "
              + payload.serializerId()
              + " with manifest '"
              + payload.manifest()
              + "': "
              + failure.exception()
              + ". Bind the serializer that wrote it");
    }
    return result.get();
  }
}
