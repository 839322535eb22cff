package dev.troupe.sql.exec;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.sql.kv.KvCursor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Looks partners up in an index, for many left rows at once, and for equal ones once. */
record LookupJoinStep(JoinShape shape, Step left, TableAccess right) implements Step {
  @Override
  public Operator open(Execution run) {
    return new LookupJoin(left.open(run), run);
  }

  private final class LookupJoin implements Operator {
    private final Operator rows;
    private final Execution run;

    /** A left batch whose partners are known, and how far it is done. */
    private @Nullable RowBatch batch;

    private int position;

    /** Where the partners of each left row are; null: nowhere. */
    private @Nullable List<AccessRanges.@Nullable Wanted> wanted;

    private final Map<Object, List<@Nullable Object[]>> partners = new HashMap<>();
    private boolean done;

    LookupJoin(Operator rows, Execution run) {
      this.rows = rows;
      this.run = run;
    }

    @Override
    public @Nullable RowBatch next() {
      RowBatch out = new RowBatch();
      while (!done && !out.isFull()) {
        RowBatch current = batch;
        if (current == null || position == current.size()) {
          run.eval.checkCancelled();
          current = rows.next();
          if (current == null) {
            close();
            break;
          }
          lookUp(current);
        }
        join(current.row(position), position, out);
        position++;
      }
      return out.isEmpty() ? null : out;
    }

    private void lookUp(RowBatch current) {
      batch = current;
      position = 0;
      partners.clear();
      var all = new ArrayList<AccessRanges.@Nullable Wanted>(current.size());
      var keys = new LinkedHashSet<Key>();
      for (int i = 0; i < current.size(); i++) {
        AccessRanges.Wanted one = right.ranges().compute(current.row(i), run);
        all.add(one);
        keys.addAll(one.keys());
      }
      wanted = all;
      if (right.ranges().isOneKey()) {
        readKeys(List.copyOf(keys));
      }
    }

    /** All keys of the batch at once; rows that are not there have no partners. */
    private void readKeys(List<Key> keys) {
      for (Key key : keys) {
        partners.put(key, new ArrayList<>(1));
      }
      right.byKeys(keys, (key, row) -> partners.getOrDefault(key, List.of()).add(row), run);
    }

    private List<@Nullable Object[]> partnersOf(int index) {
      AccessRanges.Wanted one = wanted == null ? null : wanted.get(index);
      if (one == null) {
        return List.of();
      }
      if (!one.keys().isEmpty()) {
        return partners.getOrDefault(one.keys().getFirst(), List.of());
      }
      return one.spans().isEmpty()
          ? List.of()
          : partners.computeIfAbsent(one.spans().getFirst(), span -> scan((KeySpan) span));
    }

    private List<@Nullable Object[]> scan(KeySpan span) {
      var found = new ArrayList<@Nullable Object[]>();
      try (KvCursor cursor = run.kv().scan(span, false, right.keysOnly(), 0, right.firstLock())) {
        for (List<KvResponse.Row> page = cursor.next(); page != null; page = cursor.next()) {
          right.byPage(page, false, (by, row) -> found.add(row), run);
        }
      }
      return found;
    }

    private void join(@Nullable Object[] row, int index, RowBatch out) {
      boolean found = false;
      for (@Nullable Object[] partner : partnersOf(index)) {
        if (shape.pair(row, partner, out, run)) {
          found = true;
          if (shape.isDecidedByOne()) {
            break;
          }
        }
      }
      shape.finishLeft(row, found, out);
    }

    @Override
    public void close() {
      done = true;
      partners.clear();
      rows.close();
    }
  }
}
