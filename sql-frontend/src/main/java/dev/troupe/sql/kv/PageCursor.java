package dev.troupe.sql.kv;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.spi.KvResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Asks for the next page while its owner works on one. Pages begin small and grow. */
final class PageCursor implements KvCursor {
  static final int PAGE_BYTES_MAX = 1 << 20;
  private static final int PAGE_ROWS_FIRST = 64;
  private static final int PAGE_ROWS_MAX = 4096;
  private static final int GROWTH = 8;

  /** Where pages come from. */
  interface Pages {
    CompletableFuture<?> ask(KeySpan rest, int maxRows);

    Page await(CompletableFuture<?> asked);
  }

  /**
   * Some rows.
   *
   * @param resume where the next page begins (ends, when reversed); null when the span is done
   */
  record Page(List<KvResponse.Row> rows, @Nullable Key resume) {}

  private final boolean reverse;
  private final Pages pages;
  private @Nullable KeySpan rest;
  private @Nullable CompletableFuture<?> asked;
  private long wanted;
  private int pageRows;

  /**
   * Makes a cursor, which asks nothing yet.
   *
   * @param limit rows that will be wanted; 0 when that is not known
   */
  PageCursor(KeySpan span, boolean reverse, long limit, Pages pages) {
    this.rest = span;
    this.reverse = reverse;
    this.pages = pages;
    this.wanted = limit == 0 ? Long.MAX_VALUE : limit;
    this.pageRows = limit == 0 ? PAGE_ROWS_FIRST : (int) Math.min(limit, PAGE_ROWS_MAX);
  }

  @Override
  public @Nullable List<KvResponse.Row> next() {
    while (rest != null) {
      CompletableFuture<?> pending = asked == null ? pages.ask(rest, pageRows) : asked;
      asked = null;
      Page page = pages.await(pending);
      rest = after(rest, page.resume());
      wanted -= page.rows().size();
      pageRows = Math.min(pageRows * GROWTH, PAGE_ROWS_MAX);
      if (rest != null && wanted > 0) {
        asked = pages.ask(rest, pageRows);
      }
      if (!page.rows().isEmpty()) {
        return page.rows();
      }
    }
    return null;
  }

  private @Nullable KeySpan after(KeySpan span, @Nullable Key resume) {
    if (resume == null) {
      return null;
    }
    Key from = reverse ? span.start() : resume;
    Key to = reverse ? resume : span.end();
    return from.compareTo(to) < 0 ? new KeySpan(from, to) : null;
  }

  /** An answer that is still under way is not waited for. */
  @Override
  public void close() {
    rest = null;
    asked = null;
  }
}
