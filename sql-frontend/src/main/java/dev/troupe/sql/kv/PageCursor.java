package dev.troupe.sql.kv;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.spi.KvResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Asks for the next page while its owner works on one. Pages begin small and grow. */
final class PageCursor implements KvCursor {
  static final int PAGE_BYTES_MAX = 1 << 20;
  private static final int PAGE_ROWS_FIRST = 64;
  private static final int PAGE_ROWS_MAX = 4096;
  private static final int GROWTH = 8;

  /** Where pages come from. */
  interface Pages {
    CompletableFuture<?> ask(KeySpan rest, int maxRows, byte @Nullable [] program);

    Page await(CompletableFuture<?> asked);
  }

  /**
   * Some rows.
   *
   * @param resume where the next page begins (ends, when reversed); null when the span is done
   */
  record Page(
      List<KvResponse.Row> rows, @Nullable Key resume, KvResponse.@Nullable Evaluated evaluated) {}

  private final boolean reverse;
  private final @Nullable Supplier<byte @Nullable []> program;
  private final Pages pages;
  private @Nullable KeySpan rest;
  private @Nullable CompletableFuture<?> asked;
  private boolean begun;
  private long wanted;
  private int pageRows;

  /** Makes a cursor, which asks nothing yet. */
  PageCursor(KvScan scan, Pages pages) {
    long limit = scan.limit();
    this.rest = scan.span();
    this.reverse = scan.reverse();
    this.program = scan.program();
    this.pages = pages;
    this.wanted = limit == 0 ? Long.MAX_VALUE : limit;
    this.pageRows = limit == 0 ? PAGE_ROWS_FIRST : (int) Math.min(limit, PAGE_ROWS_MAX);
  }

  @Override
  public void begin() {
    KeySpan span = rest;
    if (!begun && span != null) {
      begun = true;
      if (wanted == Long.MAX_VALUE) {
        pageRows = PAGE_ROWS_MAX;
      }
      asked = ask(span, true);
    }
  }

  @Override
  public @Nullable KvPage nextPage() {
    KeySpan span = rest;
    if (span == null) {
      return null;
    }
    // Most scans end with their first page: only those that do not are worth a program.
    CompletableFuture<?> pending = asked == null ? ask(span, begun) : asked;
    asked = null;
    begun = true;
    Page page = pages.await(pending);
    span = after(span, page.resume());
    rest = span;
    if (program == null || page.evaluated() != null) {
      wanted -= page.rows().size();
    }
    pageRows = Math.min(pageRows * GROWTH, PAGE_ROWS_MAX);
    if (span != null && wanted > 0) {
      asked = ask(span, true);
    }
    return new KvPage(page.rows(), page.evaluated());
  }

  private CompletableFuture<?> ask(KeySpan span, boolean programmed) {
    byte[] bytes = programmed && program != null ? program.get() : null;
    return pages.ask(span, bytes == null ? pageRows : (int) Math.min(pageRows, wanted), bytes);
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
