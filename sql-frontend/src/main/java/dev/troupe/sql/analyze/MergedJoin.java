package dev.troupe.sql.analyze;

import dev.troupe.sql.analyze.ScopeTable.ScopeColumn;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.plan.PlanNode.JoinKind;
import dev.troupe.sql.plan.SqlExpr;
import dev.troupe.sql.plan.SqlExprs;
import dev.troupe.sql.syntax.ast.Name;
import dev.troupe.sql.type.SqlType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The columns of a join with USING or NATURAL: those of the same name become one. */
final class MergedJoin {
  private final Binding binding;
  private final JoinKind kind;
  private final FromBinder.Part left;
  private final FromBinder.Part right;
  private final List<ScopeColumn> merged = new ArrayList<>();

  MergedJoin(Binding binding, JoinKind kind, FromBinder.Part left, FromBinder.Part right) {
    this.binding = binding;
    this.kind = kind;
    this.left = left;
    this.right = right;
  }

  FromBinder.Part left() {
    return left;
  }

  FromBinder.Part right() {
    return right;
  }

  private static List<ScopeColumn> open(FromBinder.Part part) {
    List<ScopeColumn> columns = new ArrayList<>();
    for (ScopeTable table : part.tables()) {
      if (table.open()) {
        columns.addAll(table.visible());
      }
    }
    return columns;
  }

  /** Names that both sides have, in the order of the left one. */
  List<Name> commonNames() {
    Set<String> onRight = new HashSet<>();
    open(right).forEach(column -> onRight.add(column.name()));
    return open(left).stream()
        .map(ScopeColumn::name)
        .filter(onRight::contains)
        .distinct()
        .map(name -> new Name(name, -1))
        .toList();
  }

  /** Merges columns; gives the condition of the join, null when there are none. */
  @Nullable SqlExpr merge(List<Name> names) {
    List<SqlExpr> conditions = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    Scope none = new Scope(null, CteScope.NONE);
    OperatorBinder operators = new ExpressionBinder(binding, none).operators();
    for (Name name : names) {
      if (!seen.add(name.text())) {
        throw SqlException.of(
                SqlState.DUPLICATE_COLUMN,
                "column name \"%s\" appears more than once in USING clause",
                name)
            .at(name.position());
      }
      SqlExpr a = find(left, name, "left");
      SqlExpr b = find(right, name, "right");
      binding.access.reads(a);
      binding.access.reads(b);
      conditions.add(operators.binary("=", a, b, name.position()));
      merged.add(new ScopeColumn(name.text(), value(a, b, name)));
    }
    return SqlExprs.and(conditions);
  }

  private static SqlExpr find(FromBinder.Part part, Name name, String side) {
    SqlExpr found = null;
    for (ScopeColumn column : open(part)) {
      if (column.name().equals(name.text())) {
        if (found != null) {
          throw SqlException.of(
                  SqlState.AMBIGUOUS_COLUMN,
                  "common column name \"%s\" appears more than once in %s table",
                  name,
                  side)
              .at(name.position());
        }
        found = column.value();
      }
    }
    if (found == null) {
      throw SqlException.of(
              SqlState.UNDEFINED_COLUMN,
              "column \"%s\" specified in USING clause does not exist in %s table",
              name,
              side)
          .at(name.position());
    }
    return found;
  }

  private SqlExpr value(SqlExpr a, SqlExpr b, Name name) {
    List<Integer> positions = List.of(name.position(), name.position());
    SqlType type = binding.conversions.common("JOIN/USING", List.of(a, b), positions);
    return switch (kind) {
      case RIGHT -> binding.conversions.implicit(b, type, name.position());
      case FULL ->
          new SqlExpr.Coalesce(
              List.of(
                  binding.conversions.implicit(a, type, name.position()),
                  binding.conversions.implicit(b, type, name.position())),
              type);
      case INNER, LEFT, SEMI, ANTI -> binding.conversions.implicit(a, type, name.position());
    };
  }

  List<ScopeColumn> mergedColumns() {
    return merged;
  }

  /** Merged columns first, then the others of both sides. */
  List<ScopeColumn> columns() {
    Set<String> names = new HashSet<>();
    merged.forEach(column -> names.add(column.name()));
    List<ScopeColumn> all = new ArrayList<>(merged);
    for (FromBinder.Part part : List.of(left, right)) {
      for (ScopeColumn column : open(part)) {
        if (!names.contains(column.name())) {
          all.add(column);
        }
      }
    }
    return all;
  }
}
