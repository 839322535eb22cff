package dev.troupe.sql.exec;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.sql.kv.KvPage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a table.
 *
 * @param anyOrder whether rows may come in any order
 * @param limit rows wanted at most, as far as known; 0: all
 * @param work for the ranges; null: none
 */
record ScanStep(
    TableAccess access, boolean reverse, boolean anyOrder, long limit, @Nullable RangeWork work)
    implements Step {
  /** So many rows are looked up together. */
  private static final int LOOKUP_MAX = 512;

  @Override
  public Operator open(Execution run) {
    return open(run, limit);
  }

  @Override
  public Operator open(Execution run, long wanted) {
    if (access.ranges().isOneKey()) {
      return new PointRead(run);
    }
    AccessRanges.Wanted parts = access.ranges().compute(Rows.NONE, run);
    return parts.spans().isEmpty()
        ? new KeysOperator(reverse ? parts.keys().reversed() : parts.keys(), run)
        : new SpansOperator(reverse ? parts.spans().reversed() : parts.spans(), wanted, run);
  }

  /** The row of one key. */
  private final class PointRead implements Operator {
    private final Execution run;
    private boolean done;

    PointRead(Execution run) {
      this.run = run;
    }

    @Override
    public @Nullable RowBatch next() {
      if (done) {
        return null;
      }
      done = true;
      Key key = access.ranges().oneKey(Rows.NONE, run);
      if (key == null) {
        return null;
      }
      RowBatch out = new RowBatch(1);
      access.byKeys(List.of(key), (by, row) -> out.add(row), run);
      return out.isEmpty() ? null : out;
    }

    @Override
    public void close() {
      done = true;
    }
  }

  private final class KeysOperator implements Operator {
    private final List<Key> keys;
    private final Execution run;
    private int position;

    KeysOperator(List<Key> keys, Execution run) {
      this.keys = keys;
      this.run = run;
    }

    @Override
    public @Nullable RowBatch next() {
      while (position < keys.size()) {
        run.eval.checkCancelled();
        int end = Math.min(keys.size(), position + LOOKUP_MAX);
        RowBatch out = new RowBatch();
        access.byKeys(keys.subList(position, end), (by, row) -> out.add(row), run);
        position = end;
        if (!out.isEmpty()) {
          return out;
        }
      }
      return null;
    }

    @Override
    public void close() {
      position = keys.size();
    }
  }

  private final class SpansOperator implements Operator {
    private final SpanPages pages;
    private final Execution run;
    private List<KvResponse.Row> page = List.of();
    private boolean evaluated;
    private int position;
    private boolean done;

    SpansOperator(List<KeySpan> spans, long wanted, Execution run) {
      // Nobody knows how many rows it takes to find so many that a filter here lets through.
      boolean known = access.filter() == null || (work != null && access.rest() == null);
      // Whoever will stop soon has no use for what comes from further on.
      boolean sideBySide = anyOrder && wanted == 0;
      this.pages =
          new SpanPages(
              sideBySide
                  ? SpanPages.Wanted.inAnyOrder(spans)
                  : new SpanPages.Wanted(spans, reverse, known ? wanted : 0, false),
              access,
              work == null ? null : work.in(run),
              run);
      this.run = run;
    }

    @Override
    public @Nullable RowBatch next() {
      while (!done) {
        run.eval.checkCancelled();
        if (position == page.size() && !nextPage()) {
          close();
          return null;
        }
        int end = Math.min(page.size(), position + LOOKUP_MAX);
        RowBatch out = new RowBatch(end - position);
        access.byPage(page.subList(position, end), evaluated, (by, row) -> out.add(row), run);
        position = end;
        if (!out.isEmpty()) {
          return out;
        }
      }
      return null;
    }

    private boolean nextPage() {
      KvPage next = pages.next();
      if (next == null) {
        return false;
      }
      page = next.rows();
      evaluated = next.evaluated() != null;
      position = 0;
      return true;
    }

    @Override
    public void close() {
      done = true;
      pages.close();
    }
  }
}
