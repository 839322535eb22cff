package dev.troupe.rocksdb.persistence.query;

import org.apache.pekko.persistence.query.Offset;
import org.apache.pekko.persistence.query.Sequence;

/** The offsets of this plugin: numbers given by the writer, ascending. */
public final class QueryOffsets {
  private QueryOffsets() {}

  /** The offset behind which a query starts. */
  public static long behind(Offset offset) {
    if (offset.equals(Offset.noOffset())) {
      return 0;
    }
    if (offset instanceof Sequence sequence) {
      return Math.max(0, sequence.value());
    }
    throw new IllegalArgumentException(
        "offset "
            + offset
            + " is not one of this store's: use Offset.noOffset() or a Sequence"
            + " that one of its queries has given");
  }
}
