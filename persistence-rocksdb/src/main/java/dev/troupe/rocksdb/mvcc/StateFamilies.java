package dev.troupe.rocksdb.mvcc;

import java.util.List;
import org.rocksdb.ColumnFamilyHandle;

/**
 * Column families of the state database; owned by whoever opened it.
 *
 * @param locals small records of ranges; see {@link dev.troupe.rocksdb.codec.StateRecordCodec}
 * @param versions see {@link dev.troupe.rocksdb.codec.MvccKeyCodec}
 * @param sides see {@link dev.troupe.rocksdb.codec.SideKeyCodec}
 */
public record StateFamilies(
    ColumnFamilyHandle locals, ColumnFamilyHandle versions, ColumnFamilyHandle sides) {
  /** To be flushed together. */
  public List<ColumnFamilyHandle> all() {
    return List.of(locals, versions, sides);
  }
}
