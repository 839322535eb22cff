package dev.troupe.sql.exec;

import dev.troupe.sql.exec.Execution.StateKey;
import dev.troupe.sql.type.SqlType;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is gathered while a plan is compiled: places that remember something, and which columns of
 * outer queries each part of it uses. Parts are entered when a subquery begins.
 */
final class Places {
  /** A subquery or a right side that is run again and again, or the whole plan. */
  static final class Part {
    private final Map<Integer, SqlType> free = new LinkedHashMap<>();
    private boolean isVolatile;

    /** Columns that are not made within the part, with their types. */
    Map<Integer, SqlType> free() {
      return free;
    }

    /** Whether the same columns can give other rows. */
    boolean isVolatile() {
      return isVolatile;
    }
  }

  private final Deque<Part> parts = new ArrayDeque<>();
  private int states;

  Places() {
    parts.push(new Part());
  }

  <T> StateKey<T> place(Class<T> type) {
    return new StateKey<>(states++, type);
  }

  int states() {
    return states;
  }

  void enter() {
    parts.push(new Part());
  }

  /**
   * Leaves the innermost part. Columns that the surrounding rows do not have are looked for further
   * out.
   */
  Part leave(Layout surrounding) {
    Part left = parts.pop();
    Part outer = parts.element();
    left.free.forEach(
        (column, type) -> {
          if (surrounding.slot(column) < 0) {
            outer.free.put(column, type);
          }
        });
    outer.isVolatile |= left.isVolatile;
    return left;
  }

  void uses(int column, SqlType type) {
    parts.element().free.put(column, type);
  }

  void markVolatile() {
    parts.element().isVolatile = true;
  }
}
