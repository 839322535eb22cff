package dev.troupe.sql.plan;

import dev.troupe.sql.eval.ScalarFunction;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TypeNames;
import dev.troupe.sql.type.TypeSession;
import dev.troupe.sql.type.format.Format;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes expressions of a plan for people, in SQL as far as there are words for them. */
final class ExprPrinter {
  private final Map<Integer, String> columns = new HashMap<>();
  private final Map<PlanNode, String> subplans = new java.util.IdentityHashMap<>();

  /** Says how a column is shown. */
  void name(int column, String text) {
    columns.putIfAbsent(column, text);
  }

  /** Says how a subquery is shown. */
  void name(PlanNode subplan, String text) {
    subplans.put(subplan, text);
  }

  String list(List<SqlExpr> expressions) {
    return expressions.stream().map(this::print).collect(Collectors.joining(", "));
  }

  /** With parentheses around what is no plain value, as PostgreSQL shows conditions. */
  String condition(SqlExpr e) {
    String text = print(e);
    return text.startsWith("(") || e instanceof SqlExpr.ColumnRef ? text : "(" + text + ")";
  }

  String print(SqlExpr expression) {
    return switch (expression) {
      case SqlExpr.Constant e -> constant(e);
      case SqlExpr.Parameter e -> "$" + (e.index() + 1);
      case SqlExpr.ColumnRef e -> columns.getOrDefault(e.column(), "#" + e.column());
      case SqlExpr.Call e -> call(e);
      case SqlExpr.And e -> joined(e.terms(), " AND ");
      case SqlExpr.Or e -> joined(e.terms(), " OR ");
      case SqlExpr.Not e -> "(NOT " + print(e.term()) + ")";
      case SqlExpr.IsNull e -> "(" + print(e.term()) + (e.negated() ? " IS NOT" : " IS") + " NULL)";
      case SqlExpr.IsTruth e -> truth(e);
      case SqlExpr.IsDistinct e ->
          infix(e.left(), e.negated() ? "IS NOT DISTINCT FROM" : "IS DISTINCT FROM", e.right());
      case SqlExpr.Case e -> caseOf(e);
      case SqlExpr.Coalesce e -> "COALESCE(" + list(e.terms()) + ")";
      case SqlExpr.Extreme e -> (e.greatest() ? "GREATEST(" : "LEAST(") + list(e.terms()) + ")";
      case SqlExpr.NullIf e -> "NULLIF(" + print(e.left()) + ", " + print(e.right()) + ")";
      case SqlExpr.InList e ->
          "(" + print(e.term()) + (e.negated() ? " NOT IN (" : " IN (") + list(e.values()) + "))";
      case SqlExpr.ArrayComparison e ->
          "("
              + print(e.left())
              + " "
              + e.operator().name()
              + (e.all() ? " ALL (" : " ANY (")
              + print(e.array())
              + "))";
      case SqlExpr.ArrayOf e -> "ARRAY[" + list(e.elements()) + "]";
      case SqlExpr.Row e -> "ROW(" + list(e.fields()) + ")";
      case SqlExpr.Field e -> "(" + print(e.record()) + ").f" + (e.index() + 1);
      case SqlExpr.Subscript e -> print(e.array()) + indexes(e.indexes());
      case SqlExpr.ScalarSubquery e -> "(" + subplan(e.query()) + ")";
      case SqlExpr.Exists e ->
          (e.negated() ? "(NOT EXISTS(" : "(EXISTS(") + subplan(e.query()) + "))";
      case SqlExpr.QueryComparison e -> queryComparison(e);
      case SqlExpr.ArraySubquery e -> "ARRAY(" + subplan(e.query()) + ")";
    };
  }

  private String subplan(PlanNode query) {
    return subplans.getOrDefault(query, "SubPlan");
  }

  private String queryComparison(SqlExpr.QueryComparison e) {
    String left = e.left().size() == 1 ? print(e.left().getFirst()) : "ROW(" + list(e.left()) + ")";
    return "("
        + left
        + " "
        + e.operators().getFirst().name()
        + (e.all() ? " ALL (" : " ANY (")
        + subplan(e.query())
        + "))";
  }

  private String constant(SqlExpr.Constant e) {
    Object value = e.value();
    if (value == null) {
      return "NULL::" + TypeNames.format(e.type());
    }
    return switch (e.type().id()) {
      case BOOL -> value.toString();
      case INT4 -> (Integer) value < 0 ? "'" + value + "'::integer" : value.toString();
      case UNKNOWN -> "'" + value + "'";
      default -> "'" + text(e.type(), value) + "'::" + TypeNames.format(e.type());
    };
  }

  private static String text(SqlType type, Object value) {
    return value instanceof String string
        ? string.replace("'", "''")
        : Format.of(type.plain()).toText(value, TypeSession.utc(0)).replace("'", "''");
  }

  private String call(SqlExpr.Call e) {
    ScalarFunction function = e.function();
    String name = function.name();
    List<SqlExpr> arguments = e.arguments();
    if (function instanceof CastFunction) {
      String operand = print(arguments.getFirst());
      boolean plain = operand.startsWith("(") || !operand.contains(" ");
      return (plain ? operand : "(" + operand + ")") + "::" + TypeNames.format(e.type());
    }
    boolean operator = !Character.isLetter(name.charAt(0)) && name.charAt(0) != '_';
    if (operator && arguments.size() == 2) {
      return infix(arguments.get(0), name, arguments.get(1));
    }
    return operator
        ? "(" + name + " " + print(arguments.getFirst()) + ")"
        : name + "(" + list(arguments) + ")";
  }

  private String infix(SqlExpr left, String operator, SqlExpr right) {
    return "(" + print(left) + " " + operator + " " + print(right) + ")";
  }

  private String joined(List<SqlExpr> terms, String between) {
    return terms.stream().map(this::print).collect(Collectors.joining(between, "(", ")"));
  }

  private String truth(SqlExpr.IsTruth e) {
    Boolean value = e.value();
    String word = value == null ? "UNKNOWN" : value.toString().toUpperCase(Locale.ROOT);
    return "(" + print(e.term()) + (e.negated() ? " IS NOT " : " IS ") + word + ")";
  }

  private String caseOf(SqlExpr.Case e) {
    StringBuilder out = new StringBuilder("CASE");
    for (SqlExpr.When branch : e.branches()) {
      out.append(" WHEN ").append(print(branch.condition()));
      out.append(" THEN ").append(print(branch.result()));
    }
    SqlExpr otherwise = e.otherwise();
    if (otherwise != null) {
      out.append(" ELSE ").append(print(otherwise));
    }
    return out.append(" END").toString();
  }

  private String indexes(List<SqlExpr.Index> indexes) {
    StringBuilder out = new StringBuilder();
    for (SqlExpr.Index index : indexes) {
      out.append('[').append(optional(index.lower()));
      out.append(index.slice() ? ":" : "").append(optional(index.upper())).append(']');
    }
    return out.toString();
  }

  private String optional(@Nullable SqlExpr e) {
    return e == null ? "" : print(e);
  }

  String keys(List<SortKey> keys) {
    return keys.stream().map(this::key).collect(Collectors.joining(", "));
  }

  private String key(SortKey key) {
    String order = key.descending() ? " DESC" : "";
    String nulls =
        key.nullsFirst() == key.descending()
            ? ""
            : key.nullsFirst() ? " NULLS FIRST" : " NULLS LAST";
    return print(key.expression()) + order + nulls;
  }

  String aggregate(AggregateCall call) {
    String arguments =
        call.arguments().isEmpty()
            ? "*"
            : (call.distinct() ? "DISTINCT " : "") + list(call.arguments());
    String order = call.orderBy().isEmpty() ? "" : " ORDER BY " + keys(call.orderBy());
    SqlExpr filter = call.filter();
    String only = filter == null ? "" : " FILTER (WHERE " + print(filter) + ")";
    return call.function().name() + "(" + arguments + order + ")" + only;
  }
}
