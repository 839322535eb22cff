package dev.troupe.sql.eval;

import dev.troupe.sql.type.SqlType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A function that needs a window: row_number, rank, lag, first_value and the like. Immutable. */
public interface WindowFunction {
  String name();

  List<SqlType> parameters();

  SqlType result();

  /** One partition, in order, as seen from one row of it. Indexes count from 0. */
  interface Frame {
    int partitionRows();

    int currentRow();

    /** First row of the current row's peers, and the row after the last one. */
    int peersStart();

    int peersEnd();

    /** The window frame; empty when start is not below end. */
    int frameStart();

    int frameEnd();

    /** Whether EXCLUDE leaves out this row of the frame. */
    boolean excluded(int row);

    /** Ordinal of the current row's group of peers in the partition, from 0. */
    int peerGroup();

    /** How many arguments the call has. */
    int arguments();

    /** Argument of the function, computed for a row of the partition. */
    @Nullable Object argument(int argument, int row);
  }

  @Nullable Object compute(Frame frame, EvalContext context);
}
