package dev.troupe.sql.exec;

import dev.troupe.protocol.model.KeySpan;
import dev.troupe.sql.kv.KvCursor;
import dev.troupe.sql.kv.KvPage;
import dev.troupe.sql.kv.KvScan;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Pages of spans of an index, one span after the other. Used by one thread. */
final class SpanPages implements AutoCloseable {
  private final TableAccess access;
  private final List<KeySpan> spans;
  private final boolean reverse;
  private final long limit;
  private final @Nullable Supplier<byte @Nullable []> program;
  private final Execution run;
  private int nextSpan;
  private @Nullable KvCursor cursor;

  /**
   * Makes it without asking anything.
   *
   * @param spans in the order in which they are read
   * @param limit rows wanted of those that a program lets through; 0: not known
   */
  SpanPages(
      TableAccess access,
      List<KeySpan> spans,
      boolean reverse,
      long limit,
      @Nullable Supplier<byte @Nullable []> program,
      Execution run) {
    this.access = access;
    this.spans = spans;
    this.reverse = reverse;
    this.limit = limit;
    this.program = program;
    this.run = run;
  }

  /**
   * The next page, which may be empty; null at the end.
   *
   * @throws dev.troupe.sql.error.SqlException also that of a row that was looked at where it is
   */
  @Nullable KvPage next() {
    while (true) {
      run.eval.checkCancelled();
      KvCursor open = cursor;
      KvPage page = open == null ? null : access.locking(open::nextPage);
      if (page != null) {
        byte[] error = page.evaluated() == null ? null : page.evaluated().error();
        if (error != null) {
          throw ProgramErrors.read(error);
        }
        return page;
      }
      if (nextSpan == spans.size()) {
        return null;
      }
      cursor =
          run.kv()
              .scan(
                  new KvScan(
                      spans.get(nextSpan++),
                      reverse,
                      access.keysOnly(),
                      limit,
                      access.firstLock(),
                      program));
    }
  }

  @Override
  public void close() {
    nextSpan = spans.size();
    KvCursor open = cursor;
    if (open != null) {
      open.close();
    }
  }
}
