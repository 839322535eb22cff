package dev.troupe.sql.exec;

import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.spi.RowProgram;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.plan.SqlExpr;
import dev.troupe.sql.storage.RowReader;
import dev.troupe.sql.storage.TableLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A program of SQL, ready to be carried out where the rows are, by the very code that would do it
 * in the session. Immutable.
 *
 * @param gathering null: sends rows
 */
record RangeProgram(
    RowReader reader,
    @Nullable RowExpr filter,
    boolean shorten,
    @Nullable Gathering gathering,
    int states)
    implements RowProgram {
  /** A page with more groups goes: they are merged elsewhere. */
  private static final int GROUPS_MAX = 1024;

  private static final long GROUP_BYTES_MAX = 256 << 10;

  /** Compiled {@link RowWork.Gathered}. */
  record Gathering(RowExpr[] groupBy, KeyShape shape, RowCodec values, CompiledAggregate[] calls) {}

  static RangeProgram of(RowWork work) {
    ExprCompiler expressions = new PlanCompiler().expressions();
    Layout row = Layout.of(work.row());
    TableLayout table = TableLayout.of(work.table());
    RowWork.Gathered gathered = work.gathered();
    return new RangeProgram(
        RowReader.of(table.index(work.index()), work.columns()),
        expressions.compileIfAny(work.filter(), row),
        work.shorten(),
        gathered == null ? null : compile(gathered, expressions, row),
        expressions.states());
  }

  private static Gathering compile(
      RowWork.Gathered gathered, ExprCompiler expressions, Layout row) {
    var aggregates = new AggregateCompiler(expressions);
    var types = gathered.groupBy().stream().map(SqlExpr::type).toList();
    return new Gathering(
        expressions.compileAll(gathered.groupBy(), row),
        KeyShape.of(types),
        new RowCodec(types),
        gathered.calls().stream()
            .map(call -> aggregates.call(call, row))
            .toArray(CompiledAggregate[]::new));
  }

  @Override
  public Page page() {
    var run =
        new Execution(RangeContext.INSTANCE, new MemoryBudget(MemoryBudget.DEFAULT_BYTES), states);
    Gathering gathered = gathering;
    return gathered == null ? new RowPage(run) : new GroupPage(gathered, run);
  }

  /** What pages have in common. */
  private abstract class OnePage implements Page {
    final Execution run;

    OnePage(Execution run) {
      this.run = run;
    }

    abstract byte @Nullable [] wanted(@Nullable Object[] row, byte[] value);

    @Override
    public byte @Nullable [] take(Key key, byte[] value) {
      try {
        @Nullable Object[] row = reader.read(key, value);
        return filter == null || filter.isTrue(row, run) ? wanted(row, value) : null;
      } catch (SqlException e) {
        throw new Failure(ProgramErrors.write(e));
      } catch (Failure | NotHere e) {
        throw e;
      } catch (RuntimeException e) {
        // Whatever it is, it happens in the session again, and is reported from there.
        throw new NotHere("a row could not be looked at: " + e);
      }
    }
  }

  private final class RowPage extends OnePage {
    RowPage(Execution run) {
      super(run);
    }

    @Override
    byte[] wanted(@Nullable Object[] row, byte[] value) {
      return shorten ? reader.shorten(value) : value;
    }

    @Override
    public boolean isFull() {
      return false;
    }

    @Override
    public List<byte[]> results() {
      return List.of();
    }
  }

  private final class GroupPage extends OnePage {
    private static final Object ALL = new Object();

    private final Gathering gathered;
    private final Map<Object, AggregateStep.Group> groups = new LinkedHashMap<>();
    private long bytes;

    GroupPage(Gathering gathered, Execution run) {
      super(run);
      this.gathered = gathered;
    }

    @Override
    byte @Nullable [] wanted(@Nullable Object[] row, byte[] value) {
      if (gathered.groupBy.length == 0) {
        group(ALL, Rows.NONE).add(row, run);
        return null;
      }
      @Nullable Object[] values = Calls.all(gathered.groupBy, row, run);
      group(gathered.shape.key(values), values).add(row, run);
      return null;
    }

    private AggregateStep.Group group(Object key, @Nullable Object[] values) {
      AggregateStep.Group group = groups.get(key);
      if (group == null) {
        group = new AggregateStep.Group(values, gathered.calls);
        groups.put(key, group);
        bytes += ValueSizes.of(values);
      }
      return group;
    }

    @Override
    public boolean isFull() {
      return groups.size() >= GROUPS_MAX || bytes >= GROUP_BYTES_MAX;
    }

    @Override
    public List<byte[]> results() {
      var results = new ArrayList<byte[]>(groups.size());
      for (AggregateStep.Group group : groups.values()) {
        ByteWriter out = new ByteWriter(64);
        gathered.values.write(group.values(), out);
        group.write(out);
        results.add(out.toBytes());
      }
      return results;
    }
  }
}
