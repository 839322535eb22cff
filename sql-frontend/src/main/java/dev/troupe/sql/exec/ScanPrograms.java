package dev.troupe.sql.exec;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.spi.RowProgram;
import dev.troupe.sql.error.SqlException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the programs that SQL sends to ranges, and keeps those used last: each page of a scan
 * brings the same one. Any thread.
 */
public final class ScanPrograms implements RowProgram.Factory {
  private static final int KEPT_MAX = 128;

  private final Map<ByteBuffer, Optional<RowProgram>> kept =
      new LinkedHashMap<>(KEPT_MAX, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ByteBuffer, Optional<RowProgram>> eldest) {
          return size() > KEPT_MAX;
        }
      };

  @Override
  public @Nullable RowProgram read(byte[] program) {
    ByteBuffer key = ByteBuffer.wrap(program);
    Optional<RowProgram> known;
    synchronized (kept) {
      known = kept.get(key);
    }
    if (known == null) {
      known = Optional.ofNullable(compile(program));
      synchronized (kept) {
        kept.put(key, known);
      }
    }
    return known.orElse(null);
  }

  private static @Nullable RowProgram compile(byte[] program) {
    try {
      RowWork work = RowWorkCodec.read(program);
      return work == null ? null : RangeProgram.of(work);
    } catch (ByteReader.MalformedBytes | SqlException unknown) {
      // A newer node knows more functions, types and casts: it gets the rows as they are.
      return null;
    }
  }
}
