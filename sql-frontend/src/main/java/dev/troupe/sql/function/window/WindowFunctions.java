package dev.troupe.sql.function.window;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.eval.WindowFunction.Frame;
import dev.troupe.sql.function.define.Definitions;
import org.jspecify.annotations.Nullable;

/** Functions that number rows, compare ranks and look at other rows of a window. */
public final class WindowFunctions {
  private WindowFunctions() {}

  public static void define(Definitions to) {
    defineRanks(to);
    defineNeighbours(to);
    defineFrameValues(to);
  }

  private static void defineRanks(Definitions to) {
    to.addWindow("row_number() int8", (frame, context) -> frame.currentRow() + 1L);
    to.addWindow("rank() int8", (frame, context) -> frame.peersStart() + 1L);
    to.addWindow("dense_rank() int8", (frame, context) -> frame.peerGroup() + 1L);
    to.addWindow("percent_rank() float8", (frame, context) -> percentRank(frame));
    to.addWindow(
        "cume_dist() float8",
        (frame, context) -> (double) frame.peersEnd() / frame.partitionRows());
    to.addWindow("ntile(int4) int4", (frame, context) -> ntile(frame));
  }

  private static double percentRank(Frame frame) {
    int others = frame.partitionRows() - 1;
    return others == 0 ? 0 : (double) frame.peersStart() / others;
  }

  private static @Nullable Integer ntile(Frame frame) {
    // The number of buckets is that of the partition's first row, whatever later rows say.
    Integer buckets = (Integer) frame.argument(0, 0);
    if (buckets == null) {
      return null;
    }
    if (buckets <= 0) {
      throw new SqlException(
          SqlState.INVALID_ARGUMENT_FOR_NTILE, "argument of ntile must be greater than zero");
    }
    int size = frame.partitionRows() / buckets;
    int larger = frame.partitionRows() % buckets;
    int inLarger = larger * (size + 1);
    int row = frame.currentRow();
    return row < inLarger ? row / (size + 1) + 1 : larger + (row - inLarger) / size + 1;
  }

  private static void defineNeighbours(Definitions to) {
    to.addWindow("lag(anyelement) anyelement", (frame, c) -> neighbour(frame, -1, false));
    to.addWindow("lag(anyelement, int4) anyelement", (frame, c) -> neighbour(frame, -1, true));
    to.addWindow(
        "lag(anycompatible, int4, anycompatible) anycompatible",
        (frame, c) -> neighbour(frame, -1, true));
    to.addWindow("lead(anyelement) anyelement", (frame, c) -> neighbour(frame, 1, false));
    to.addWindow("lead(anyelement, int4) anyelement", (frame, c) -> neighbour(frame, 1, true));
    to.addWindow(
        "lead(anycompatible, int4, anycompatible) anycompatible",
        (frame, c) -> neighbour(frame, 1, true));
  }

  private static @Nullable Object neighbour(Frame frame, int direction, boolean withDistance) {
    int current = frame.currentRow();
    long distance = 1;
    if (withDistance) {
      Integer given = (Integer) frame.argument(1, current);
      if (given == null) {
        return null;
      }
      distance = given;
    }
    long row = current + direction * distance;
    if (row >= 0 && row < frame.partitionRows()) {
      return frame.argument(0, (int) row);
    }
    return frame.arguments() > 2 ? frame.argument(2, current) : null;
  }

  private static void defineFrameValues(Definitions to) {
    to.addWindow("first_value(anyelement) anyelement", (frame, c) -> fromStart(frame, 1));
    to.addWindow("last_value(anyelement) anyelement", (frame, c) -> last(frame));
    to.addWindow("nth_value(anyelement, int4) anyelement", (frame, c) -> nth(frame));
  }

  private static @Nullable Object fromStart(Frame frame, int number) {
    int seen = 0;
    for (int row = frame.frameStart(); row < frame.frameEnd(); row++) {
      if (!frame.excluded(row)) {
        seen++;
        if (seen == number) {
          return frame.argument(0, row);
        }
      }
    }
    return null;
  }

  private static @Nullable Object last(Frame frame) {
    for (int row = frame.frameEnd() - 1; row >= frame.frameStart(); row--) {
      if (!frame.excluded(row)) {
        return frame.argument(0, row);
      }
    }
    return null;
  }

  private static @Nullable Object nth(Frame frame) {
    Integer number = (Integer) frame.argument(1, frame.currentRow());
    if (number == null) {
      return null;
    }
    if (number <= 0) {
      throw new SqlException(
          SqlState.INVALID_ARGUMENT_FOR_NTH_VALUE,
          "argument of nth_value must be greater than zero");
    }
    return fromStart(frame, number);
  }
}
