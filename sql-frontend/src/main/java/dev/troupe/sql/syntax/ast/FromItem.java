package dev.troupe.sql.syntax.ast;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** An element of FROM. */
public sealed interface FromItem {
  int position();

  /**
   * A table, view or common table.
   *
   * @param only without the tables that inherit from it
   */
  record Table(
      QualifiedName name,
      boolean only,
      @Nullable Alias alias,
      @Nullable Sample sample,
      int position)
      implements FromItem {}

  record Subquery(Query query, boolean lateral, @Nullable Alias alias, int position)
      implements FromItem {}

  /**
   * Functions whose results are rows.
   *
   * @param calls one, or those of ROWS FROM
   * @param columns definitions behind AS for a single function that returns records
   */
  record Functions(
      List<TableCall> calls,
      boolean rowsFrom,
      boolean withOrdinality,
      boolean lateral,
      @Nullable Alias alias,
      List<RecordColumn> columns,
      int position)
      implements FromItem {
    public Functions {
      calls = List.copyOf(calls);
      columns = List.copyOf(columns);
    }
  }

  /** A call in FROM: mostly a FunctionCall, seldom another form such as CURRENT_DATE. */
  record TableCall(Expression call, List<RecordColumn> columns) {
    public TableCall {
      columns = List.copyOf(columns);
    }
  }

  /** A column of a record that a function returns. */
  record RecordColumn(Name name, TypeName type, @Nullable QualifiedName collation) {}

  /**
   * A join.
   *
   * @param alias of the whole, when it stood in parentheses
   */
  record Join(
      JoinKind kind,
      FromItem left,
      FromItem right,
      JoinCondition condition,
      @Nullable Alias alias,
      int position)
      implements FromItem {}

  /** Kinds of joins; CROSS has no condition. */
  enum JoinKind {
    CROSS,
    INNER,
    LEFT,
    RIGHT,
    FULL
  }

  /** Which rows a join brings together. */
  sealed interface JoinCondition {
    /** Of a CROSS JOIN. */
    record None() implements JoinCondition {}

    record Natural() implements JoinCondition {}

    record On(Expression condition) implements JoinCondition {}

    record Using(List<Name> columns, @Nullable String alias) implements JoinCondition {
      public Using {
        columns = List.copyOf(columns);
      }
    }
  }

  /** Name of an element, and of its first columns. */
  record Alias(String name, List<Name> columns, int position) {
    public Alias {
      columns = List.copyOf(columns);
    }
  }

  /** TABLESAMPLE. */
  record Sample(
      QualifiedName method,
      List<Expression> arguments,
      @Nullable Expression repeatable,
      int position) {
    public Sample {
      arguments = List.copyOf(arguments);
    }
  }
}
