package dev.troupe.sql.plan;

import dev.troupe.sql.eval.ScalarFunction;
import dev.troupe.sql.type.SqlType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An expression whose names and types are resolved. Immutable. Casts are {@link Call}s, too.
 * Aggregates and window functions are columns of the nodes that compute them.
 */
public sealed interface SqlExpr {
  SqlType type();

  record Constant(@Nullable Object value, SqlType type) implements SqlExpr {}

  /**
   * @param index from 0: {@code $1} is 0
   */
  record Parameter(int index, SqlType type) implements SqlExpr {}

  /**
   * A column of the row at hand. When the row has no such column it is one of an outer query, whose
   * value is in the register of that number: see {@link PlanNode.Apply}.
   */
  record ColumnRef(int column, SqlType type) implements SqlExpr {}

  record Call(ScalarFunction function, List<SqlExpr> arguments, SqlType type) implements SqlExpr {
    public Call {
      arguments = List.copyOf(arguments);
    }
  }

  record And(List<SqlExpr> terms) implements SqlExpr {
    public And {
      terms = List.copyOf(terms);
    }

    @Override
    public SqlType type() {
      return SqlType.BOOL;
    }
  }

  record Or(List<SqlExpr> terms) implements SqlExpr {
    public Or {
      terms = List.copyOf(terms);
    }

    @Override
    public SqlType type() {
      return SqlType.BOOL;
    }
  }

  record Not(SqlExpr term) implements SqlExpr {
    @Override
    public SqlType type() {
      return SqlType.BOOL;
    }
  }

  /** IS NULL, IS NOT NULL; of a record as PostgreSQL has it. */
  record IsNull(SqlExpr term, boolean negated) implements SqlExpr {
    @Override
    public SqlType type() {
      return SqlType.BOOL;
    }
  }

  /**
   * IS [NOT] TRUE, FALSE, UNKNOWN.
   *
   * @param value null: UNKNOWN
   */
  record IsTruth(SqlExpr term, @Nullable Boolean value, boolean negated) implements SqlExpr {
    @Override
    public SqlType type() {
      return SqlType.BOOL;
    }
  }

  /**
   * IS [NOT] DISTINCT FROM.
   *
   * @param equals of both types
   */
  record IsDistinct(SqlExpr left, SqlExpr right, ScalarFunction equals, boolean negated)
      implements SqlExpr {
    @Override
    public SqlType type() {
      return SqlType.BOOL;
    }
  }

  /** The first branch whose condition is true; CASE x WHEN y is bound with conditions x = y. */
  record Case(List<When> branches, @Nullable SqlExpr otherwise, SqlType type) implements SqlExpr {
    public Case {
      branches = List.copyOf(branches);
    }
  }

  /** A branch of a {@link Case}. */
  record When(SqlExpr condition, SqlExpr result) {}

  record Coalesce(List<SqlExpr> terms, SqlType type) implements SqlExpr {
    public Coalesce {
      terms = List.copyOf(terms);
    }
  }

  /** GREATEST or LEAST. */
  record Extreme(boolean greatest, List<SqlExpr> terms, SqlType type) implements SqlExpr {
    public Extreme {
      terms = List.copyOf(terms);
    }
  }

  /** NULLIF. */
  record NullIf(SqlExpr left, SqlExpr right, ScalarFunction equals, SqlType type)
      implements SqlExpr {}

  /**
   * IN with a list of values, all cast to one type.
   *
   * @param equals of term and values
   */
  record InList(SqlExpr term, List<SqlExpr> values, ScalarFunction equals, boolean negated)
      implements SqlExpr {
    public InList {
      values = List.copyOf(values);
    }

    @Override
    public SqlType type() {
      return SqlType.BOOL;
    }
  }

  /** {@code left OP ANY (array)} or ALL. */
  record ArrayComparison(SqlExpr left, SqlExpr array, ScalarFunction operator, boolean all)
      implements SqlExpr {
    @Override
    public SqlType type() {
      return SqlType.BOOL;
    }
  }

  /** ARRAY[...]; of arrays when the elements are arrays. */
  record ArrayOf(List<SqlExpr> elements, SqlType type) implements SqlExpr {
    public ArrayOf {
      elements = List.copyOf(elements);
    }
  }

  /**
   * ROW(...), or a row of something that has columns.
   *
   * @param names of the columns; empty: they have none of their own
   */
  record Row(List<SqlExpr> fields, List<String> names, SqlType type) implements SqlExpr {
    public Row {
      fields = List.copyOf(fields);
      names = List.copyOf(names);
    }

    public Row(List<SqlExpr> fields, SqlType type) {
      this(fields, List.of(), type);
    }
  }

  /** A field of a record, from 0. */
  record Field(SqlExpr record, int index, SqlType type) implements SqlExpr {}

  /** An element or slice of an array. */
  record Subscript(SqlExpr array, List<Index> indexes, SqlType type) implements SqlExpr {
    public Subscript {
      indexes = List.copyOf(indexes);
    }
  }

  /**
   * One dimension of a subscript.
   *
   * @param lower of a slice; null: its beginning
   * @param upper the index itself when it is no slice; null: the end of the slice
   */
  record Index(boolean slice, @Nullable SqlExpr lower, @Nullable SqlExpr upper) {}

  /** A row of a query as a value. */
  record ScalarSubquery(PlanNode query, SqlType type) implements SqlExpr {}

  record Exists(PlanNode query, boolean negated) implements SqlExpr {
    @Override
    public SqlType type() {
      return SqlType.BOOL;
    }
  }

  /**
   * {@code (left...) OP ANY (query)}, IN among it, or ALL. The query's first columns are compared
   * one by one; all of them together decide.
   */
  record QueryComparison(
      List<SqlExpr> left, PlanNode query, List<ScalarFunction> operators, boolean all)
      implements SqlExpr {
    public QueryComparison {
      left = List.copyOf(left);
      operators = List.copyOf(operators);
    }

    @Override
    public SqlType type() {
      return SqlType.BOOL;
    }
  }

  /** ARRAY(query). */
  record ArraySubquery(PlanNode query, SqlType type) implements SqlExpr {}
}
