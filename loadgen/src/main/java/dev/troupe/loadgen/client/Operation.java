package dev.troupe.loadgen.client;

import com.google.protobuf.ByteString;
import java.util.List;

/** One request that a logical user sends. Keys and values are never changed after sending. */
public sealed interface Operation {
  /** Linearizable read of one key. */
  record Get(ByteString key) implements Operation {}

  record Put(ByteString key, ByteString value) implements Operation {}

  /** At most {@code limit} rows in key order from {@code start} on. */
  record Scan(ByteString start, int limit) implements Operation {}

  /** All or nothing. */
  record Batch(List<Put> puts) implements Operation {
    public Batch {
      puts = List.copyOf(puts);
    }
  }

  /** Whether a lost answer leaves in doubt what is stored. */
  default boolean writes() {
    return switch (this) {
      case Get get -> false;
      case Scan scan -> false;
      case Put put -> true;
      case Batch batch -> true;
    };
  }
}
