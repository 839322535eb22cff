package dev.troupe.node.grpc;

import com.google.protobuf.ByteOutput;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Moves bytes between messages and the key-value port without a copy where nobody can tell. */
final class Bytes {
  private static final byte[] EMPTY = new byte[0];

  private Bytes() {}

  /**
   * The bytes of a received field. The array is the message's own when that is exact: a message
   * that was parsed here is dropped after its translation, so nobody else looks at it.
   */
  static byte[] adopt(ByteString field) {
    if (field.isEmpty()) {
      return EMPTY;
    }
    Adoption adoption = new Adoption();
    try {
      UnsafeByteOperations.unsafeWriteTo(field, adoption);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    byte[] whole = adoption.whole;
    return whole != null && whole.length == field.size() ? whole : field.toByteArray();
  }

  /** Wraps bytes that nobody will change any more. */
  static ByteString wrap(byte[] bytes) {
    return UnsafeByteOperations.unsafeWrap(bytes);
  }

  /** Remembers the array of a field that lies in one piece. */
  private static final class Adoption extends ByteOutput {
    private byte @Nullable [] whole;

    @Override
    public void writeLazy(byte[] value, int offset, int length) {
      whole = offset == 0 && length == value.length ? value : null;
    }

    @Override
    public void write(byte value) {
      whole = null;
    }

    @Override
    public void write(byte[] value, int offset, int length) {
      whole = null;
    }

    @Override
    public void write(ByteBuffer value) {
      whole = null;
    }

    @Override
    public void writeLazy(ByteBuffer value) {
      whole = null;
    }
  }
}
