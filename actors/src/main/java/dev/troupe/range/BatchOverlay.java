package dev.troupe.range;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.StateStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Writes on top of stored values: later operations see earlier ones, and nothing is written before
 * all have been evaluated.
 */
final class BatchOverlay {
  private final Function<Key, byte @Nullable []> stored;
  private final Map<Key, Optional<byte[]>> changes = new LinkedHashMap<>();

  BatchOverlay(Function<Key, byte @Nullable []> stored) {
    this.stored = stored;
  }

  KvResponse apply(KvRequest.Write write, Timestamp at) {
    return switch (write) {
      case KvRequest.Put put -> {
        changes.put(put.key(), Optional.of(put.value()));
        yield new KvResponse.Written(at);
      }
      case KvRequest.Delete delete -> {
        changes.put(delete.key(), Optional.empty());
        yield new KvResponse.Written(at);
      }
      case KvRequest.CompareAndSet compare -> compareAndSet(compare, at);
      case KvRequest.Batch batch -> {
        var answers = new ArrayList<KvResponse>(batch.writes().size());
        boolean matched = true;
        for (KvRequest.Write inner : batch.writes()) {
          KvResponse answer = apply(inner, at);
          answers.add(answer);
          matched &= !(answer instanceof KvResponse.Compared compared) || compared.swapped();
        }
        yield new KvResponse.BatchDone(matched, answers);
      }
      case KvRequest.DeleteRange range ->
          throw new IllegalArgumentException("a range deletion stands alone in its entry");
      case KvRequest.RaiseHorizon raise ->
          throw new IllegalArgumentException("raising the horizon writes no versions");
      case KvRequest.TxnStep step ->
          throw new IllegalArgumentException("steps of transactions are applied by themselves");
    };
  }

  private KvResponse.Compared compareAndSet(KvRequest.CompareAndSet compare, Timestamp at) {
    byte @Nullable [] current = read(compare.key());
    if (!Arrays.equals(current, compare.expected())) {
      return new KvResponse.Compared(false, current, at);
    }
    changes.put(compare.key(), Optional.ofNullable(compare.value()));
    return new KvResponse.Compared(true, null, at);
  }

  void writeTo(StateStore.Batch batch, Timestamp at) {
    changes.forEach(
        (key, value) ->
            value.ifPresentOrElse(bytes -> batch.put(key, at, bytes), () -> batch.delete(key, at)));
  }

  /** Takes over the changes of an overlay that was built on this one. */
  void absorb(BatchOverlay other) {
    changes.putAll(other.changes);
  }

  /** Takes note of a version that was written beside this overlay. */
  void wrote(Key key, byte @Nullable [] value) {
    changes.put(key, Optional.ofNullable(value));
  }

  /** Whether a key of the span was written. */
  boolean touches(KeySpan span) {
    if (changes.isEmpty()) {
      return false;
    }
    return span.isOneKey()
        ? changes.containsKey(span.start())
        : changes.keySet().stream().anyMatch(span::contains);
  }

  byte @Nullable [] read(Key key) {
    Optional<byte[]> changed = changes.get(key);
    if (changed != null) {
      return changed.orElse(null);
    }
    return stored.apply(key);
  }
}
