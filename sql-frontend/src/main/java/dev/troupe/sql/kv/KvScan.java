package dev.troupe.sql.kv;

import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.spi.TxnRequest.Lock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A scan to be done.
 *
 * @param limit how many rows will be wanted, of those that the program lets through; 0 when that is
 *     not known
 * @param program asked for each page but the first, which is small: bytes of a {@link
 *     dev.troupe.protocol.spi.RowProgram} for the ranges, or null for the rows as they are. Null
 *     when there is none
 */
public record KvScan(
    KeySpan span,
    boolean reverse,
    boolean keysOnly,
    long limit,
    Lock lock,
    @Nullable Supplier<byte @Nullable []> program) {
  /** For all rows as they are. */
  public KvScan(KeySpan span, boolean reverse, boolean keysOnly, long limit, Lock lock) {
    this(span, reverse, keysOnly, limit, lock, null);
  }
}
