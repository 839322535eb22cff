package dev.troupe.sql.kv;

import dev.troupe.protocol.spi.KvResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Pages of a scan; the next one is asked for while one is worked on. Owned by one thread. */
public interface KvCursor extends AutoCloseable {
  /**
   * Asks for the first page before it is wanted; of no effect later. For a scan that is known to be
   * long.
   */
  void begin();

  /** The next page; null at the end. */
  @Nullable KvPage nextPage();

  /** The next rows of a scan without a program, at least one; null at the end. */
  default @Nullable List<KvResponse.Row> next() {
    for (KvPage page = nextPage(); page != null; page = nextPage()) {
      if (!page.rows().isEmpty()) {
        return page.rows();
      }
    }
    return null;
  }

  /** May be called at any time, and again. */
  @Override
  void close();
}
