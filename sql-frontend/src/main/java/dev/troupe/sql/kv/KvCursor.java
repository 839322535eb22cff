package dev.troupe.sql.kv;

import dev.troupe.protocol.spi.KvResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Pages of a scan; the next one is asked for while one is worked on. Owned by one thread. */
public interface KvCursor extends AutoCloseable {
  /** The next rows, at least one; null at the end. */
  @Nullable List<KvResponse.Row> next();

  /** May be called at any time, and again. */
  @Override
  void close();
}
