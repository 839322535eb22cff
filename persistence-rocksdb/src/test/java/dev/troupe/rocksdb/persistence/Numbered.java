package dev.troupe.rocksdb.persistence;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import org.apache.pekko.serialization.SerializerWithStringManifest;

/** A small event or state of tests. */
record Numbered(String name, int number) {

  /** Name and number. */
  public static final class Serializer extends SerializerWithStringManifest {
    @Override
    public int identifier() {
      return 667;
    }

    @Override
    public String manifest(Object object) {
      return "N1";
    }

    @Override
    public byte[] toBinary(Object object) {
      Numbered value = (Numbered) object;
      return new ByteWriter(16).putString(value.name()).putInt(value.number()).toBytes();
    }

    @Override
    public Object fromBinary(byte[] bytes, String manifest) {
      ByteReader reader = new ByteReader(bytes);
      return new Numbered(reader.readString(), reader.readInt());
    }
  }
}
