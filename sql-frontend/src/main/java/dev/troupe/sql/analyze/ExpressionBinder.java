package dev.troupe.sql.analyze;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.plan.SqlExpr;
import dev.troupe.sql.syntax.ast.Expression;
import dev.troupe.sql.type.Numeric;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TypeId;
import dev.troupe.sql.type.TypeNames;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Binds expressions in a scope. Literals in quotes and undecided parameters keep the type UNKNOWN
 * until whoever asked for the expression says what it should be.
 */
final class ExpressionBinder {
  private static final Set<String> COLLATIONS =
      Set.of("C", "POSIX", "default", "ucs_basic", "C.UTF-8", "en_US", "en_US.utf8");

  private final Binding binding;
  private final Scope scope;
  private final OperatorBinder operators;
  private final ConditionalBinder conditionals;
  private final CallBinder calls;

  ExpressionBinder(Binding binding, Scope scope) {
    this.binding = binding;
    this.scope = scope;
    this.operators = new OperatorBinder(binding, this);
    this.conditionals = new ConditionalBinder(binding, this);
    this.calls = new CallBinder(binding, scope, this);
  }

  /** Binds; the type may still be UNKNOWN. */
  SqlExpr bind(Expression e) {
    binding.enter();
    try {
      return bindDeeper(e);
    } finally {
      binding.leave();
    }
  }

  /** Binds to some type: TEXT when nothing decides it. */
  SqlExpr bindKnown(Expression e) {
    return binding.conversions.known(bind(e), e.position());
  }

  /** Binds a condition, on behalf of a clause that messages name. */
  SqlExpr bindCondition(Expression e, String construct) {
    return binding.conversions.condition(bind(e), construct, e.position());
  }

  List<SqlExpr> bindAll(List<Expression> all) {
    List<SqlExpr> bound = new ArrayList<>(all.size());
    for (Expression e : all) {
      bound.add(bind(e));
    }
    return bound;
  }

  private SqlExpr bindDeeper(Expression expression) {
    return switch (expression) {
      case Expression.IntegerLiteral e -> integer(e.digits());
      case Expression.NumericLiteral e ->
          new SqlExpr.Constant(Numeric.parse(e.text()), SqlType.NUMERIC);
      case Expression.StringLiteral e ->
          binding.located(new SqlExpr.Constant(e.value(), SqlType.UNKNOWN), e.position());
      case Expression.BitStringLiteral e ->
          throw unsupported("bit strings are not supported", e.position());
      case Expression.BooleanLiteral e -> new SqlExpr.Constant(e.value(), SqlType.BOOL);
      case Expression.NullLiteral e -> new SqlExpr.Constant(null, SqlType.UNKNOWN);
      case Expression.TypedLiteral e -> typedLiteral(e);
      case Expression.Parameter e -> binding.parameters.reference(e.number(), e.position());
      case Expression.DefaultValue e ->
          throw new SqlException(SqlState.SYNTAX_ERROR, "DEFAULT is not allowed in this context")
              .at(e.position());
      case Expression.ColumnReference e -> names().bind(e.name());
      case Expression.AllColumns e -> wholeRow(e);
      case Expression.AllFields e ->
          throw new SqlException(
                  SqlState.FEATURE_NOT_SUPPORTED, "row expansion via \"*\" is not supported here")
              .at(e.position());
      case Expression.FieldSelection e -> field(e);
      case Expression.Subscription e -> conditionals.subscription(e);
      case Expression.OperatorCall e -> operators.operator(e);
      case Expression.And e -> new SqlExpr.And(conditions(e.operands(), "AND"));
      case Expression.Or e -> new SqlExpr.Or(conditions(e.operands(), "OR"));
      case Expression.Not e -> new SqlExpr.Not(bindCondition(e.operand(), "NOT"));
      case Expression.Is e -> conditionals.is(e);
      case Expression.IsDistinctFrom e -> operators.isDistinct(e);
      case Expression.Between e -> operators.between(e);
      case Expression.InList e -> operators.inList(e);
      case Expression.InQuery e -> subqueries().in(e);
      case Expression.Like e -> operators.like(e);
      case Expression.ArrayComparison e -> operators.arrayComparison(e);
      case Expression.QueryComparison e -> subqueries().comparison(e);
      case Expression.Exists e -> subqueries().exists(e);
      case Expression.ScalarQuery e -> subqueries().scalar(e);
      case Expression.ArrayQuery e -> subqueries().array(e);
      case Expression.ArrayConstructor e -> conditionals.array(e);
      case Expression.RowConstructor e -> row(e);
      case Expression.Case e -> conditionals.caseOf(e);
      case Expression.Coalesce e -> conditionals.coalesce(e);
      case Expression.NullIf e -> operators.nullIf(e);
      case Expression.Extremum e -> conditionals.extremum(e);
      case Expression.Cast e -> cast(e);
      case Expression.Collate e -> collate(e);
      case Expression.AtTimeZone e -> calls.atTimeZone(e);
      case Expression.Extract e -> calls.extract(e);
      case Expression.Grouping e -> calls.grouping(e);
      case Expression.CurrentOf e ->
          throw unsupported("WHERE CURRENT OF is not supported", e.position());
      case Expression.SessionValue e -> calls.sessionValue(e);
      case Expression.FunctionCall e -> calls.call(e);
    };
  }

  /** Digits, with a sign or without one; the smallest fitting type of int4, int8 and numeric. */
  static SqlExpr integer(String digits) {
    if (digits.length() <= 18) {
      long value = Long.parseLong(digits);
      return value == (int) value
          ? new SqlExpr.Constant((int) value, SqlType.INT4)
          : new SqlExpr.Constant(value, SqlType.INT8);
    }
    BigInteger value = new BigInteger(digits);
    return value.bitLength() < Long.SIZE
        ? new SqlExpr.Constant(value.longValue(), SqlType.INT8)
        : new SqlExpr.Constant(Numeric.of(value), SqlType.NUMERIC);
  }

  private SqlExpr typedLiteral(Expression.TypedLiteral e) {
    SqlType type = TypeBinder.bind(e.type());
    SqlExpr literal = new SqlExpr.Constant(e.value(), SqlType.UNKNOWN);
    return binding.conversions.explicit(literal, type, e.position());
  }

  private SqlExpr cast(Expression.Cast e) {
    SqlType type = TypeBinder.bind(e.type());
    SqlExpr operand =
        e.operand() instanceof Expression.ArrayConstructor array && type.isArray()
            ? conditionals.array(array, type)
            : bind(e.operand());
    boolean literal = operand.type().id() == TypeId.UNKNOWN;
    int position = literal ? e.operand().position() : e.position();
    return binding.conversions.explicit(operand, type, position);
  }

  private SqlExpr collate(Expression.Collate e) {
    SqlExpr operand = bindKnown(e.operand());
    String name = e.collation().last();
    if (!COLLATIONS.contains(name)) {
      throw SqlException.of(
              SqlState.UNDEFINED_OBJECT,
              "collation \"%s\" for encoding \"UTF8\" does not exist",
              e.collation())
          .at(e.position());
    }
    boolean collatable =
        switch (operand.type().id()) {
          case TEXT, VARCHAR, BPCHAR, NAME, CHAR -> true;
          case ARRAY -> true;
          default -> false;
        };
    if (!collatable) {
      throw SqlException.of(
              SqlState.DATATYPE_MISMATCH,
              "collations are not supported by type %s",
              TypeNames.plain(operand.type()))
          .at(e.position());
    }
    return operand;
  }

  private List<SqlExpr> conditions(List<Expression> operands, String construct) {
    List<SqlExpr> bound = new ArrayList<>(operands.size());
    for (Expression operand : operands) {
      bound.add(bindCondition(operand, construct));
    }
    return bound;
  }

  private SqlExpr wholeRow(Expression.AllColumns e) {
    if (e.table() == null) {
      throw new SqlException(SqlState.SYNTAX_ERROR, "row expansion via \"*\" is not supported here")
          .at(e.position());
    }
    List<ScopeTable.ScopeColumn> columns = names().star(e.table(), e.position());
    return new SqlExpr.Row(
        columns.stream().map(ScopeTable.ScopeColumn::value).toList(),
        columns.stream().map(ScopeTable.ScopeColumn::name).toList(),
        SqlType.RECORD);
  }

  private SqlExpr row(Expression.RowConstructor e) {
    return new SqlExpr.Row(rowFields(e), SqlType.RECORD);
  }

  /** The fields of a row; {@code t.*} among them gives several. */
  List<SqlExpr> rowFields(Expression.RowConstructor e) {
    List<SqlExpr> fields = new ArrayList<>();
    for (Expression field : e.fields()) {
      if (field instanceof Expression.AllColumns all) {
        names().star(all.table(), all.position()).forEach(column -> fields.add(column.value()));
      } else {
        fields.add(bind(field));
      }
    }
    return fields;
  }

  private SqlExpr field(Expression.FieldSelection e) {
    if (e.operand() instanceof Expression.ColumnReference reference) {
      List<String> parts = new ArrayList<>(reference.name().parts());
      boolean isTable = names().isTable(reference.name());
      if (isTable) {
        parts.add(e.field());
        return names()
            .bind(new dev.troupe.sql.syntax.ast.QualifiedName(parts, reference.position()));
      }
    }
    SqlExpr operand = bind(e.operand());
    if (operand.type().id() != TypeId.RECORD) {
      throw SqlException.of(
              SqlState.WRONG_OBJECT_TYPE,
              "column notation .%s applied to type %s, which is not a composite type",
              e.field(),
              TypeNames.plain(operand.type()))
          .at(e.position());
    }
    if (operand instanceof SqlExpr.Row row) {
      for (int i = 0; i < row.fields().size(); i++) {
        if (e.field().equals("f" + (i + 1))) {
          return row.fields().get(i);
        }
      }
    }
    Binding.Fields known = binding.fields(operand);
    int index = known == null ? -1 : known.names().indexOf(e.field());
    if (known != null && index >= 0) {
      return fieldOf(operand, index, known.types().get(index));
    }
    throw SqlException.of(
            SqlState.UNDEFINED_COLUMN,
            "could not identify column \"%s\" in record data type",
            e.field())
        .at(e.position());
  }

  SqlExpr fieldOf(SqlExpr row, int index, SqlType type) {
    return new SqlExpr.Call(binding.canonical(new RecordField(index, type)), List.of(row), type);
  }

  NameBinder names() {
    return new NameBinder(binding, scope);
  }

  SubqueryBinder subqueries() {
    return new SubqueryBinder(binding, scope, this);
  }

  OperatorBinder operators() {
    return operators;
  }

  Scope scope() {
    return scope;
  }

  static SqlException unsupported(String message, int position) {
    return new SqlException(SqlState.FEATURE_NOT_SUPPORTED, message).at(position);
  }
}
