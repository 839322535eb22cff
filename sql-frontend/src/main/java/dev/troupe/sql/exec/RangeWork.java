package dev.troupe.sql.exec;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.plan.AggregateCall;
import dev.troupe.sql.plan.AtRanges;
import dev.troupe.sql.plan.Column;
import dev.troupe.sql.plan.SqlExpr;
import dev.troupe.sql.plan.SqlExprs;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Work for ranges, as a plan has it: what is the same for all rows is computed for each execution
 * and sent as a constant. Immutable.
 */
final class RangeWork {
  /** A longer program is not worth sending with each page. */
  private static final int PROGRAM_BYTES_MAX = 32 << 10;

  private final RowWork work;
  private final RowExpr[] constants;

  private RangeWork(RowWork work, RowExpr[] constants) {
    this.work = work;
    this.constants = constants;
  }

  static RangeWork of(RowWork work, ExprCompiler expressions) {
    var found = new Constants(work.row(), expressions);
    RowWork.Gathered gathered = work.gathered();
    SqlExpr filter = work.filter();
    var reduced =
        new RowWork(
            work.table(),
            work.index(),
            work.columns(),
            work.row(),
            filter == null ? null : found.takenOut(filter),
            work.shorten(),
            gathered == null
                ? null
                : new RowWork.Gathered(
                    gathered.groupBy().stream().map(found::takenOut).toList(),
                    gathered.calls().stream().map(found::takenOut).toList()));
    return new RangeWork(reduced, found.compiled.toArray(RowExpr[]::new));
  }

  /** Puts parameters in the place of what is the same for all rows. */
  private static final class Constants {
    private final List<Column> row;
    private final ExprCompiler expressions;
    private final List<RowExpr> compiled = new ArrayList<>();

    Constants(List<Column> row, ExprCompiler expressions) {
      this.row = row;
      this.expressions = expressions;
    }

    SqlExpr takenOut(SqlExpr expression) {
      return SqlExprs.replace(
          expression,
          part -> {
            if (part instanceof SqlExpr.Constant || !AtRanges.isConstant(part, row)) {
              return null;
            }
            compiled.add(expressions.compile(part, Layout.EMPTY));
            return new SqlExpr.Parameter(compiled.size() - 1, part.type());
          });
    }

    AggregateCall takenOut(AggregateCall call) {
      SqlExpr filter = call.filter();
      return new AggregateCall(
          call.output(),
          call.function(),
          call.arguments().stream().map(this::takenOut).toList(),
          false,
          List.of(),
          filter == null ? null : takenOut(filter));
    }
  }

  /** The program for an execution, made when it is first asked for. */
  Supplier<byte @Nullable []> in(Execution run) {
    return new Supplier<>() {
      private boolean made;
      private byte @Nullable [] program;

      @Override
      public byte @Nullable [] get() {
        if (!made) {
          program = program(run);
          made = true;
        }
        return program;
      }
    };
  }

  /** Null when the rows are wanted as they are. */
  private byte @Nullable [] program(Execution run) {
    var values = new @Nullable Object[constants.length];
    try {
      for (int i = 0; i < values.length; i++) {
        values[i] = constants[i].eval(Rows.NONE, run);
      }
    } catch (SqlException e) {
      // Fails when a row comes to it, if one does.
      return null;
    }
    byte[] program = RowWorkCodec.write(work, values);
    return program.length > PROGRAM_BYTES_MAX ? null : program;
  }
}
