package dev.troupe.sql.analyze;

import dev.troupe.sql.analyze.CteScope.CteEntry;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.plan.Column;
import dev.troupe.sql.plan.PlanNode;
import dev.troupe.sql.syntax.ast.DataStatement;
import dev.troupe.sql.syntax.ast.Query;
import dev.troupe.sql.syntax.ast.QueryBody;
import dev.troupe.sql.syntax.ast.QueryStatement;
import dev.troupe.sql.syntax.ast.Statement;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TypeNames;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Binds WITH. */
final class CteBinder {
  private final Binding binding;
  private final @Nullable Scope outer;
  private CteScope scope;

  CteBinder(Binding binding, @Nullable Scope outer, CteScope scope) {
    this.binding = binding;
    this.outer = outer;
    this.scope = scope;
  }

  /** Definitions, and a scope in which their names are known. */
  record Bound(List<PlanNode.Cte> definitions, CteScope scope) {}

  Bound bind(Query.With with) {
    List<PlanNode.Cte> definitions = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Query.CommonTable table : with.tables()) {
      if (!names.add(table.name())) {
        throw SqlException.of(
                SqlState.DUPLICATE_ALIAS,
                "WITH query name \"%s\" specified more than once",
                table.name())
            .at(table.position());
      }
      definitions.add(definition(table, with.recursive()));
    }
    return new Bound(definitions, scope);
  }

  private PlanNode.Cte definition(Query.CommonTable table, boolean recursive) {
    Statement statement = table.statement();
    if (statement instanceof QueryStatement query) {
      QueryBody.SetOperation union = recursive ? recursion(table.name(), query.query()) : null;
      return union == null
          ? plain(table, new QueryBinder(binding, outer, scope).bind(query.query()).plan())
          : recursive(table, query.query(), union);
    }
    if (statement instanceof DataStatement change) {
      if (outer != null) {
        throw new SqlException(
                SqlState.FEATURE_NOT_SUPPORTED,
                "WITH clause containing a data-modifying statement must be at the top level")
            .at(table.position());
      }
      return plain(table, new ChangeBinder(binding, scope).bind(change));
    }
    throw new SqlException(
            SqlState.FEATURE_NOT_SUPPORTED, "statements of this kind are not supported in WITH")
        .at(table.position());
  }

  private PlanNode.Cte plain(Query.CommonTable table, PlanNode plan) {
    int id = binding.newCte();
    scope = scope.with(new CteEntry(id, table.name(), renamed(table, plan.output())));
    boolean fenced = Boolean.TRUE.equals(table.materialized());
    return new PlanNode.Cte(id, table.name(), plan, null, false, fenced);
  }

  private static List<Column> renamed(Query.CommonTable table, List<Column> output) {
    if (table.columns().size() > output.size()) {
      throw SqlException.of(
              SqlState.INVALID_COLUMN_REFERENCE,
              "WITH query \"%s\" has %d columns available but %d columns specified",
              table.name(),
              output.size(),
              table.columns().size())
          .at(table.position());
    }
    List<Column> renamed = new ArrayList<>();
    for (int i = 0; i < output.size(); i++) {
      Column column = output.get(i);
      boolean given = i < table.columns().size();
      renamed.add(
          given ? new Column(column.id(), table.columns().get(i).text(), column.type()) : column);
    }
    return renamed;
  }

  /** The union of a recursive definition; null when it does not mention itself. */
  private static QueryBody.@Nullable SetOperation recursion(String name, Query query) {
    if (!References.mentions(query, name)) {
      return null;
    }
    boolean fitting =
        query.body() instanceof QueryBody.SetOperation union
            && union.operator() == QueryBody.SetOperator.UNION;
    if (!fitting || !(query.body() instanceof QueryBody.SetOperation union)) {
      throw SqlException.of(
              SqlState.INVALID_RECURSION,
              "recursive query \"%s\" does not have the form"
                  + " non-recursive-term UNION [ALL] recursive-term",
              name)
          .at(query.position());
    }
    if (References.mentions(Query.of(union.left()), name)) {
      throw SqlException.of(
              SqlState.INVALID_RECURSION,
              "recursive reference to query \"%s\" must not appear within its non-recursive term",
              name)
          .at(union.left().position());
    }
    return union;
  }

  private PlanNode.Cte recursive(
      Query.CommonTable table, Query query, QueryBody.SetOperation union) {
    requireNoOrder(query);
    Query.With inner = query.with();
    CteScope before = scope;
    if (inner != null) {
      throw new SqlException(
              SqlState.FEATURE_NOT_SUPPORTED, "WITH in a recursive query is not implemented")
          .at(inner.position());
    }
    PlanNode base = new QueryBinder(binding, outer, before).bind(Query.of(union.left())).plan();
    int id = binding.newCte();
    CteEntry entry = new CteEntry(id, table.name(), renamed(table, base.output()));
    scope = before.with(entry);
    PlanNode step =
        new QueryBinder(binding, outer, scope).bind(Query.of(union.right()), true).plan();
    if (step.output().size() != base.output().size()) {
      throw new SqlException(
              SqlState.SYNTAX_ERROR, "each UNION query must have the same number of columns")
          .at(union.right().position());
    }
    List<SqlType> types = base.output().stream().map(Column::type).toList();
    requireSameTypes(table.name(), types, step, union);
    PlanNode cast = Outputs.cast(binding, step, types, union.right().position());
    return new PlanNode.Cte(id, table.name(), base, cast, !union.all(), true);
  }

  private static void requireNoOrder(Query query) {
    String clause =
        !query.orderBy().isEmpty()
            ? "ORDER BY"
            : query.limit() != null ? "LIMIT" : !query.locking().isEmpty() ? "FOR UPDATE" : null;
    if (clause != null) {
      throw new SqlException(
              SqlState.FEATURE_NOT_SUPPORTED, clause + " in a recursive query is not implemented")
          .at(query.position());
    }
  }

  private void requireSameTypes(
      String name, List<SqlType> types, PlanNode step, QueryBody.SetOperation union) {
    for (int i = 0; i < types.size(); i++) {
      SqlType base = types.get(i);
      SqlType other = step.output().get(i).type();
      SqlType overall = dev.troupe.sql.function.CommonType.of("UNION", List.of(base, other));
      if (!overall.isSameAs(base)) {
        throw SqlException.of(
                SqlState.DATATYPE_MISMATCH,
                "recursive query \"%s\" column %d has type %s in non-recursive term"
                    + " but type %s overall",
                name,
                i + 1,
                TypeNames.format(base),
                TypeNames.format(overall))
            .withHint("Cast the output of the non-recursive term to the correct type.")
            .at(union.left().position());
      }
    }
  }
}
