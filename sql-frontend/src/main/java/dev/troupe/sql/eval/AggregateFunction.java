package dev.troupe.sql.eval;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.sql.type.SqlType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An aggregate that was chosen for certain argument types. Immutable. */
public interface AggregateFunction {
  String name();

  List<SqlType> parameters();

  SqlType result();

  /** Whether rows in which any argument is NULL are left out. */
  boolean strict();

  /** Whether the result is unchanged when a value comes twice: DISTINCT can be dropped. */
  default boolean ignoresDuplicates() {
    return false;
  }

  /**
   * Whether it is called with WITHIN GROUP: its arguments are those in parentheses, then those to
   * sort by. Values must be added in that order.
   */
  default boolean orderedSet() {
    return false;
  }

  Accumulator start();

  /** What is gathered of one group. Used by one thread. */
  interface Accumulator {
    void add(@Nullable Object[] arguments, EvalContext context);

    /** Undoes an add of the same values, for windows that move; false when that is impossible. */
    default boolean remove(@Nullable Object[] arguments, EvalContext context) {
      return false;
    }

    /** May be called again and again, between adds. */
    @Nullable Object result(EvalContext context);
  }

  /**
   * An accumulator whose content can be sent elsewhere. Values that are gathered in pieces, and the
   * pieces merged in their order, give exactly what they give when they are gathered in one.
   */
  interface Portable extends Accumulator {
    void write(ByteWriter out);

    /**
     * Takes in what one of the same function has written, whose values came after the own ones.
     *
     * @throws ByteReader.MalformedBytes when it was none of the same function
     */
    void mergeWritten(ByteReader in);
  }

  /** Whether its accumulators are {@link Portable}. */
  default boolean portable() {
    return false;
  }

  /**
   * For partial aggregation: takes what another accumulator of the same function gathered.
   *
   * @return false when partial results cannot be merged
   */
  default boolean merge(Accumulator into, Accumulator from) {
    return false;
  }
}
