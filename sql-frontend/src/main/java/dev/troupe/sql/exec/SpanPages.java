package dev.troupe.sql.exec;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.sql.kv.KvCursor;
import dev.troupe.sql.kv.KvPage;
import dev.troupe.sql.kv.KvScan;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Pages of spans of an index: one span after the other, or, where the order does not matter, those
 * of several ranges in turn, so that their leaders work at the same time. Used by one thread.
 */
final class SpanPages implements AutoCloseable {
  /** So many ranges work for one scan at once; each may have a page waiting here. */
  private static final int RANGES_AT_ONCE = 4;

  /** What lies behind so many borders is read as one. */
  private static final int BORDERS_MAX = 4096;

  /**
   * What is to be read.
   *
   * @param spans in the order in which they are read
   * @param limit rows wanted of those that a program lets through; 0: not known
   * @param anyOrder whether rows may come in any order; then all of them are wanted
   */
  record Wanted(List<KeySpan> spans, boolean reverse, long limit, boolean anyOrder) {
    static Wanted inAnyOrder(List<KeySpan> spans) {
      return new Wanted(spans, false, 0, true);
    }
  }

  private final Wanted wanted;
  private final TableAccess access;
  private final @Nullable Supplier<byte @Nullable []> program;
  private final Execution run;
  private final Deque<KvCursor> open = new ArrayDeque<>();
  private List<KeySpan> spans;
  private int nextSpan;

  /** Makes it without asking anything. */
  SpanPages(
      Wanted wanted,
      TableAccess access,
      @Nullable Supplier<byte @Nullable []> program,
      Execution run) {
    this.wanted = wanted;
    this.access = access;
    this.program = program;
    this.run = run;
    this.spans = wanted.spans();
  }

  /**
   * The next page, which may be empty; null at the end.
   *
   * @throws dev.troupe.sql.error.SqlException also that of a row that was looked at where it is
   */
  @Nullable KvPage next() {
    while (true) {
      run.eval.checkCancelled();
      if (open.isEmpty() && !openNext()) {
        return null;
      }
      KvCursor cursor = open.getFirst();
      KvPage page = access.locking(cursor::nextPage);
      open.removeFirst();
      if (page == null) {
        cursor.close();
        continue;
      }
      open.addLast(cursor);
      byte[] error = page.evaluated() == null ? null : page.evaluated().error();
      if (error != null) {
        throw ProgramErrors.read(error);
      }
      openSideBySide();
      return page;
    }
  }

  private boolean openNext() {
    if (wanted.anyOrder() && nextSpan == 0) {
      spans = divide(spans);
    }
    if (nextSpan == spans.size()) {
      return false;
    }
    KeySpan span = spans.get(nextSpan++);
    open.addLast(
        run.kv()
            .scan(
                new KvScan(
                    span,
                    wanted.reverse(),
                    access.keysOnly(),
                    wanted.limit(),
                    access.firstLock(),
                    program)));
    return true;
  }

  /**
   * Called when the first page is there: until then it is not known when a transaction reads. Spans
   * of single ranges are mostly short, and no reason to ask ahead.
   */
  private void openSideBySide() {
    boolean manyRanges = spans.size() > wanted.spans().size();
    while (manyRanges && open.size() < RANGES_AT_ONCE && openNext()) {
      open.getLast().begin();
    }
  }

  private List<KeySpan> divide(List<KeySpan> whole) {
    var parts = new ArrayList<KeySpan>(whole.size());
    for (KeySpan span : whole) {
      Key from = span.start();
      int room = Math.max(0, BORDERS_MAX - parts.size());
      for (Key border : run.kv().borders(span, room)) {
        parts.add(new KeySpan(from, border));
        from = border;
      }
      parts.add(new KeySpan(from, span.end()));
    }
    return parts;
  }

  @Override
  public void close() {
    nextSpan = spans.size();
    open.forEach(KvCursor::close);
    open.clear();
  }
}
