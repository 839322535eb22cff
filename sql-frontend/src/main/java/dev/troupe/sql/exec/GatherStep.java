package dev.troupe.sql.exec;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.sql.kv.KvPage;
import dev.troupe.sql.plan.PlanNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Groups rows of a table, of which the ranges have gathered most already: merges what they send, in
 * the order of its coming, and adds rows that come as they are.
 *
 * @param node the scan, for what is measured of it
 * @param plainly does the same where the rows are found by single keys
 * @param work makes groups of rows
 */
record GatherStep(
    PlanNode.Scan node,
    ScanStep scan,
    AggregateStep plainly,
    KeyShape shape,
    RowCodec values,
    RangeWork work)
    implements Step {
  /** Groups that are as good as rows are no use: then rows are asked for. */
  private static final int ROWS_PER_GROUP_MIN = 4;

  @Override
  public Operator open(Execution run) {
    AccessRanges.Wanted parts = scan.access().ranges().compute(Rows.NONE, run);
    if (parts.spans().isEmpty()) {
      return plainly.open(run);
    }
    return new Gather(run, parts);
  }

  private final class Gather implements Operator {
    private static final Object ALL = new Object();

    private final Execution run;
    private final SpanPages pages;
    private final Supplier<byte @Nullable []> groups;
    private final @Nullable Supplier<byte @Nullable []> rows;
    private final Map<Object, AggregateStep.Group> table = new LinkedHashMap<>();
    private long held;
    private long grown;
    private boolean manyGroups;
    private @Nullable Operator results;
    private boolean closed;

    Gather(Execution run, AccessRanges.Wanted parts) {
      this.run = run;
      this.groups = work.in(run);
      RangeWork forRows = scan.work();
      this.rows = forRows == null ? null : forRows.in(run);
      this.pages =
          new SpanPages(
              SpanPages.Wanted.inAnyOrder(parts.spans()), scan.access(), this::program, run);
    }

    private byte @Nullable [] program() {
      if (manyGroups) {
        return rows == null ? null : rows.get();
      }
      return groups.get();
    }

    @Override
    public @Nullable RowBatch next() {
      if (closed) {
        return null;
      }
      Operator made = results;
      if (made == null) {
        made = gather();
        results = made;
      }
      return made.next();
    }

    private Operator gather() {
      if (plainly.groupBy().length == 0) {
        group(ALL, Rows.NONE);
      }
      for (KvPage page = pages.next(); page != null; page = pages.next()) {
        take(page);
        run.memory.take(grown);
        held += grown;
        grown = 0;
      }
      pages.close();
      var list = new ArrayList<@Nullable Object[]>(table.size());
      table.values().forEach(group -> list.add(group.result(run, 0)));
      long handedOn = held;
      held = 0;
      return new ListOperator(list, run.memory, handedOn);
    }

    private void take(KvPage page) {
      KvResponse.Evaluated evaluated = page.evaluated();
      measure(evaluated == null ? page.rows().size() : evaluated.looked());
      scan.access().byPage(page.rows(), evaluated != null, this::add, run);
      if (evaluated != null) {
        evaluated.results().forEach(this::merge);
        manyGroups |=
            (long) evaluated.results().size() * ROWS_PER_GROUP_MIN > evaluated.looked()
                && evaluated.results().size() > 1;
      }
    }

    private void measure(long looked) {
      Profile profile = run.context().profile();
      if (profile != null) {
        Profile.Counters counters = profile.counting(node);
        counters.loops = Math.max(1, counters.loops);
        counters.rows += looked;
      }
    }

    private void add(Key foundBy, @Nullable Object[] row) {
      if (plainly.groupBy().length == 0) {
        grown += group(ALL, Rows.NONE).add(row, run);
        return;
      }
      @Nullable Object[] of = Calls.all(plainly.groupBy(), row, run);
      grown += group(shape.key(of), of).add(row, run);
    }

    private void merge(byte[] gathered) {
      ByteReader in = new ByteReader(gathered);
      @Nullable Object[] of = values.read(in);
      group(of.length == 0 ? ALL : shape.key(of), of).mergeWritten(in);
      in.requireEnd();
    }

    private AggregateStep.Group group(Object key, @Nullable Object[] of) {
      AggregateStep.Group group = table.get(key);
      if (group == null) {
        group = new AggregateStep.Group(of, plainly.calls());
        table.put(key, group);
        grown += plainly.bytesOf(of);
      }
      return group;
    }

    @Override
    public void close() {
      closed = true;
      pages.close();
      Operator made = results;
      if (made != null) {
        made.close();
      }
      run.memory.give(held);
      held = 0;
    }
  }
}
