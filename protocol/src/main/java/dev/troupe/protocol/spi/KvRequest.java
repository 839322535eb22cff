package dev.troupe.protocol.spi;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.Timestamp;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One operation on the key space. Keys are whole: namespace and table prefixes included. */
public sealed interface KvRequest {
  /** An operation that changes something and can be part of a {@link Batch}. */
  sealed interface Write extends KvRequest {}

  /** An operation that changes nothing. */
  sealed interface Read extends KvRequest {}

  /** The key by which the request is routed. */
  Key routingKey();

  /** Newest value, linearizable. */
  record Get(Key key) implements Read {
    @Override
    public Key routingKey() {
      return key;
    }
  }

  /**
   * One page of the live keys of a span, from the one range that holds its beginning (its end when
   * reversed).
   *
   * @param at read as of this timestamp; null for the newest state
   */
  record Scan(
      KeySpan span,
      int maxRows,
      int maxBytes,
      boolean reverse,
      boolean keysOnly,
      @Nullable Timestamp at)
      implements Read {
    @Override
    public Key routingKey() {
      return reverse ? span.end() : span.start();
    }
  }

  record Put(Key key, byte[] value) implements Write {
    @Override
    public Key routingKey() {
      return key;
    }
  }

  record Delete(Key key) implements Write {
    @Override
    public Key routingKey() {
      return key;
    }
  }

  /** Deletes the first {@code maxKeys} live keys of the span that lie in one range, atomically. */
  record DeleteRange(KeySpan span, int maxKeys) implements Write {
    @Override
    public Key routingKey() {
      return span.start();
    }
  }

  /**
   * Writes a value if the key now has the expected one.
   *
   * @param expected null: the key must not exist
   * @param value null: delete the key
   */
  record CompareAndSet(Key key, byte @Nullable [] expected, byte @Nullable [] value)
      implements Write {
    @Override
    public Key routingKey() {
      return key;
    }
  }

  /** All of the writes or none, in order, within one range. A failed comparison undoes all. */
  record Batch(List<Write> writes) implements Write {
    public Batch {
      writes = List.copyOf(writes);
      if (writes.isEmpty()) {
        throw new IllegalArgumentException("a batch needs at least one write");
      }
      for (Write write : writes) {
        if (write instanceof Batch || write instanceof DeleteRange) {
          throw new IllegalArgumentException(
              "a batch holds puts, deletes and comparisons, not a "
                  + write.getClass().getSimpleName());
        }
      }
    }

    @Override
    public Key routingKey() {
      return writes.getFirst().routingKey();
    }
  }
}
