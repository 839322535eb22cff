package dev.troupe.rocksdb.persistence;

import dev.troupe.rocksdb.persistence.store.Family;
import dev.troupe.rocksdb.persistence.store.KeyCodec;
import dev.troupe.rocksdb.persistence.store.PersistenceStore;
import dev.troupe.rocksdb.persistence.store.RowCursor;
import dev.troupe.rocksdb.persistence.store.StoreView;
import dev.troupe.rocksdb.persistence.store.StoreWork;
import dev.troupe.rocksdb.persistence.store.WriteContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** Looks at and damages the bytes below the plugins. */
final class StoreBytes {
  private StoreBytes() {}

  /** Keys of a family that begin with a prefix. */
  static List<byte[]> keys(PersistenceStore store, Family family, byte[] prefix) {
    byte[] end = new byte[32];
    Arrays.fill(end, (byte) 0xFF);
    List<byte[]> keys = new ArrayList<>();
    try (StoreView view = store.view();
        RowCursor rows =
            view.rows(family, prefix, prefix.length == 0 ? end : KeyCodec.after(prefix)).first()) {
      for (; rows.valid(); rows.next()) {
        keys.add(rows.key());
      }
    }
    return keys;
  }

  /** Flips a bit in the middle of the value. */
  static void damage(PersistenceStore store, Family family, byte[] key) {
    byte[] value;
    try (StoreView view = store.view()) {
      value = Objects.requireNonNull(view.get(family, key), "there is nothing to damage");
    }
    value[value.length / 2] ^= 1;
    write(store, context -> context.put(family, key, value));
  }

  static void delete(PersistenceStore store, Family family, byte[] key) {
    write(store, context -> context.delete(family, key));
  }

  static void write(PersistenceStore store, java.util.function.Consumer<WriteContext> change) {
    StoreWork work =
        new StoreWork() {
          @Override
          public List<String> lanes() {
            return List.of();
          }

          @Override
          public int sizeBytes() {
            return 100;
          }

          @Override
          public void apply(WriteContext context) {
            change.accept(context);
          }
        };
    store.submit(work).toCompletableFuture().join();
  }
}
