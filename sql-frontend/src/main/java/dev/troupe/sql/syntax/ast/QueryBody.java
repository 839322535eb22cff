package dev.troupe.sql.syntax.ast;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What produces a query's rows. */
public sealed interface QueryBody {
  int position();

  /**
   * SELECT.
   *
   * @param distinct null when all rows are wanted
   * @param from joined as if by CROSS JOIN; may be empty
   * @param groupBy null when it was not said
   */
  record Select(
      @Nullable Distinct distinct,
      List<SelectItem> items,
      List<FromItem> from,
      @Nullable Expression where,
      @Nullable GroupBy groupBy,
      @Nullable Expression having,
      List<Window.Definition> windows,
      int position)
      implements QueryBody {
    public Select {
      items = List.copyOf(items);
      from = List.copyOf(from);
      windows = List.copyOf(windows);
    }
  }

  /** DISTINCT; with expressions DISTINCT ON. */
  record Distinct(List<Expression> on) {
    public Distinct {
      on = List.copyOf(on);
    }
  }

  /** One item of a select list or of RETURNING; alias is null when none was given. */
  record SelectItem(Expression value, @Nullable String alias, int position) {}

  /** VALUES: rows of expressions. */
  record Values(List<List<Expression>> rows, int position) implements QueryBody {
    public Values {
      rows = rows.stream().map(List::copyOf).toList();
    }
  }

  /** {@code TABLE t}. */
  record TableCommand(FromItem.Table table, int position) implements QueryBody {}

  /** UNION, INTERSECT, EXCEPT; without all, duplicates go. */
  record SetOperation(
      SetOperator operator, boolean all, QueryBody left, QueryBody right, int position)
      implements QueryBody {}

  /** A query in parentheses that has clauses of its own, as an operand of a set operation. */
  record Nested(Query query, int position) implements QueryBody {}

  /** Set operators. */
  enum SetOperator {
    UNION,
    INTERSECT,
    EXCEPT
  }

  /** GROUP BY; with distinct, equal grouping sets count once. */
  record GroupBy(boolean distinct, List<GroupingElement> elements) {
    public GroupBy {
      elements = List.copyOf(elements);
    }
  }

  /** An element of GROUP BY. */
  sealed interface GroupingElement {
    /** An expression; a {@code (a, b)} is a row constructor that is not explicit. */
    record Single(Expression value) implements GroupingElement {}

    /** {@code ()}. */
    record Empty() implements GroupingElement {}

    record Rollup(List<Expression> values) implements GroupingElement {
      public Rollup {
        values = List.copyOf(values);
      }
    }

    record Cube(List<Expression> values) implements GroupingElement {
      public Cube {
        values = List.copyOf(values);
      }
    }

    record Sets(List<GroupingElement> sets) implements GroupingElement {
      public Sets {
        sets = List.copyOf(sets);
      }
    }
  }
}
