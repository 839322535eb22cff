package dev.troupe.rocksdb.persistence;

import java.io.NotSerializableException;
import java.nio.charset.StandardCharsets;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializerWithStringManifest;

/** An event that can only be serialized with Pekko's transport information in place. */
record TckPayload(ActorRef ref) {

  /** Fails when the plugin does not go through Pekko's serialization. */
  public static final class Serializer extends SerializerWithStringManifest {
    private final ExtendedActorSystem system;

    public Serializer(ExtendedActorSystem system) {
      this.system = system;
    }

    @Override
    public int identifier() {
      return 666;
    }

    @Override
    public String manifest(Object object) {
      return "A";
    }

    @Override
    public byte[] toBinary(Object object) {
      requireTransportInformation();
      String path = Serialization.serializedActorPath(((TckPayload) object).ref());
      return path.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
      requireTransportInformation();
      if (!manifest.equals("A")) {
        throw new NotSerializableException("manifest " + manifest);
      }
      String path = new String(bytes, StandardCharsets.UTF_8);
      return new TckPayload(system.provider().resolveActorRef(path));
    }

    private void requireTransportInformation() {
      Serialization.Information information = Serialization.getCurrentTransportInformation();
      if (information.system() != system) {
        throw new IllegalStateException("wrong transport information " + information);
      }
    }
  }
}
