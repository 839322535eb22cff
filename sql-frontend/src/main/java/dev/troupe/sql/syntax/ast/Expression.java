package dev.troupe.sql.syntax.ast;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An expression before names and types are known. Positions point at what PostgreSQL points at in
 * its messages: an operator, a name, the first character of a literal.
 */
public sealed interface Expression {
  int position();

  /** Digits, perhaps behind a minus sign; their size decides the type. */
  record IntegerLiteral(String digits, int position) implements Expression {}

  /** A number with a point or an exponent, perhaps behind a minus sign. */
  record NumericLiteral(String text, int position) implements Expression {}

  /** Of any spelling ('', E'', U&'', $$), with escapes resolved. Its type is still unknown. */
  record StringLiteral(String value, int position) implements Expression {}

  /** {@code B'101'} or, in hexadecimal digits, {@code X'1f'}. */
  record BitStringLiteral(String digits, boolean hexadecimal, int position) implements Expression {}

  record BooleanLiteral(boolean value, int position) implements Expression {}

  record NullLiteral(int position) implements Expression {}

  /** {@code date '2024-01-01'}, {@code interval '1' day}; the position is that of the text. */
  record TypedLiteral(TypeName type, String value, int position) implements Expression {}

  /** {@code $1}; numbers are from 1. */
  record Parameter(int number, int position) implements Expression {}

  /** DEFAULT, where a value to be stored is asked for. */
  record DefaultValue(int position) implements Expression {}

  /** A column, or a table as a whole row. */
  record ColumnReference(QualifiedName name) implements Expression {
    @Override
    public int position() {
      return name.position();
    }
  }

  /** {@code *} or {@code t.*}. */
  record AllColumns(@Nullable QualifiedName table, int position) implements Expression {}

  /** {@code (composite).*}. */
  record AllFields(Expression operand, int position) implements Expression {}

  /** {@code (composite).field}. */
  record FieldSelection(Expression operand, String field, int position) implements Expression {}

  /** {@code a[1][2]} or {@code a[1:2][3:]}. */
  record Subscription(Expression operand, List<Subscript> subscripts, int position)
      implements Expression {
    public Subscription {
      subscripts = List.copyOf(subscripts);
    }
  }

  /**
   * One pair of brackets.
   *
   * @param lower of a slice, null when open; of an index always null
   * @param upper of a slice, null when open; or the index
   */
  record Subscript(boolean slice, @Nullable Expression lower, @Nullable Expression upper) {}

  /**
   * A prefix or infix operator other than those with forms of their own.
   *
   * @param schema from {@code OPERATOR(schema.op)}; mostly null
   * @param left null of a prefix operator
   * @param position of the operator
   */
  record OperatorCall(
      @Nullable String schema,
      String operator,
      @Nullable Expression left,
      Expression right,
      int position)
      implements Expression {}

  /** Two or more operands: a chain is flat. */
  record And(List<Expression> operands, int position) implements Expression {
    public And {
      operands = List.copyOf(operands);
    }
  }

  /** Two or more operands: a chain is flat. */
  record Or(List<Expression> operands, int position) implements Expression {
    public Or {
      operands = List.copyOf(operands);
    }
  }

  record Not(Expression operand, int position) implements Expression {}

  /** {@code x IS [NOT] NULL} and its like. */
  record Is(Expression operand, Truth truth, boolean negated, int position) implements Expression {}

  /** What IS asks for. */
  enum Truth {
    NULL,
    TRUE,
    FALSE,
    UNKNOWN
  }

  /** {@code left IS [NOT] DISTINCT FROM right}; negated when NOT was said. */
  record IsDistinctFrom(Expression left, Expression right, boolean negated, int position)
      implements Expression {}

  record Between(
      Expression operand,
      Expression low,
      Expression high,
      boolean symmetric,
      boolean negated,
      int position)
      implements Expression {}

  record InList(Expression operand, List<Expression> values, boolean negated, int position)
      implements Expression {
    public InList {
      values = List.copyOf(values);
    }
  }

  record InQuery(Expression operand, Query query, boolean negated, int position)
      implements Expression {}

  /** LIKE, ILIKE and SIMILAR TO; escape is null when it was not said. */
  record Like(
      LikeKind kind,
      Expression operand,
      Expression pattern,
      @Nullable Expression escape,
      boolean negated,
      int position)
      implements Expression {}

  /** Languages of patterns. */
  enum LikeKind {
    LIKE,
    ILIKE,
    SIMILAR
  }

  /** {@code x = ANY (array)}: any when not all. LIKE is the operator {@code ~~} here. */
  record ArrayComparison(
      @Nullable String schema,
      String operator,
      Expression left,
      boolean all,
      Expression array,
      int position)
      implements Expression {}

  /** {@code x = ANY (SELECT ...)}: any when not all. */
  record QueryComparison(
      @Nullable String schema,
      String operator,
      Expression left,
      boolean all,
      Query query,
      int position)
      implements Expression {}

  record Exists(Query query, int position) implements Expression {}

  record ScalarQuery(Query query, int position) implements Expression {}

  record ArrayQuery(Query query, int position) implements Expression {}

  record ArrayConstructor(List<Expression> elements, int position) implements Expression {
    public ArrayConstructor {
      elements = List.copyOf(elements);
    }
  }

  /** {@code ROW(a, b)} (explicit) or {@code (a, b)}. */
  record RowConstructor(List<Expression> fields, boolean explicit, int position)
      implements Expression {
    public RowConstructor {
      fields = List.copyOf(fields);
    }
  }

  /** Operand is null in the form with conditions; otherwise null too when ELSE is missing. */
  record Case(
      @Nullable Expression operand,
      List<When> branches,
      @Nullable Expression otherwise,
      int position)
      implements Expression {
    public Case {
      branches = List.copyOf(branches);
    }
  }

  /** One branch of a CASE. */
  record When(Expression condition, Expression result) {}

  record Coalesce(List<Expression> arguments, int position) implements Expression {
    public Coalesce {
      arguments = List.copyOf(arguments);
    }
  }

  record NullIf(Expression left, Expression right, int position) implements Expression {}

  /** GREATEST, otherwise LEAST. */
  record Extremum(boolean greatest, List<Expression> arguments, int position)
      implements Expression {
    public Extremum {
      arguments = List.copyOf(arguments);
    }
  }

  /** CAST or {@code ::}; position is that of the operator or of the word CAST. */
  record Cast(Expression operand, TypeName type, int position) implements Expression {}

  record Collate(Expression operand, QualifiedName collation, int position) implements Expression {}

  record AtTimeZone(Expression operand, Expression zone, int position) implements Expression {}

  /** Field in lower case: {@code year}, {@code epoch}, whatever was written. */
  record Extract(String field, Expression source, int position) implements Expression {}

  /** GROUPING(...) over expressions of GROUP BY. */
  record Grouping(List<Expression> arguments, int position) implements Expression {
    public Grouping {
      arguments = List.copyOf(arguments);
    }
  }

  /** {@code WHERE CURRENT OF cursor}. */
  record CurrentOf(String cursor, int position) implements Expression {}

  /** Functions that the standard writes without parentheses; precision is null when not said. */
  record SessionValue(SessionValueKind kind, @Nullable Integer precision, int position)
      implements Expression {}

  /** Which one; names are as in SQL. */
  enum SessionValueKind {
    CURRENT_DATE,
    CURRENT_TIME,
    CURRENT_TIMESTAMP,
    LOCALTIME,
    LOCALTIMESTAMP,
    CURRENT_ROLE,
    CURRENT_USER,
    SESSION_USER,
    USER,
    CURRENT_CATALOG,
    CURRENT_SCHEMA
  }

  /**
   * A call of a function, aggregate or window function. The standard's spellings with words inside
   * of the parentheses have become plain calls: {@code substring(a from b)} is {@code
   * pg_catalog.substring(a, b)}, {@code trim(both from a)} is {@code pg_catalog.btrim(a)}, {@code
   * position(a in b)} is {@code pg_catalog.position(b, a)}.
   */
  record FunctionCall(
      QualifiedName name, List<Argument> arguments, CallOptions options, int position)
      implements Expression {
    public FunctionCall {
      arguments = List.copyOf(arguments);
    }

    public static FunctionCall plain(QualifiedName name, List<Expression> arguments) {
      List<Argument> unnamed = arguments.stream().map(value -> new Argument(null, value)).toList();
      return new FunctionCall(name, unnamed, CallOptions.NONE, name.position());
    }
  }

  /** Name is null unless written as {@code name => value}. */
  record Argument(@Nullable String name, Expression value) {}

  /**
   * What a call can have besides its arguments.
   *
   * @param star {@code count(*)}
   * @param variadic the last argument is an array of all the rest
   * @param orderBy inside of the parentheses
   * @param withinGroup of an ordered-set aggregate
   */
  record CallOptions(
      boolean star,
      boolean distinct,
      boolean variadic,
      List<OrderItem> orderBy,
      List<OrderItem> withinGroup,
      @Nullable Expression filter,
      @Nullable Window over) {
    /** Of a plain call. */
    public static final CallOptions NONE =
        new CallOptions(false, false, false, List.of(), List.of(), null, null);

    public CallOptions {
      orderBy = List.copyOf(orderBy);
      withinGroup = List.copyOf(withinGroup);
    }
  }
}
