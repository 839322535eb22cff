package dev.troupe.sql.analyze;

import dev.troupe.sql.analyze.BoundStatement.RelationUse;
import dev.troupe.sql.catalog.Catalog;
import dev.troupe.sql.eval.ScalarFunction;
import dev.troupe.sql.function.FunctionRegistry;
import dev.troupe.sql.plan.Column;
import dev.troupe.sql.plan.SqlExpr;
import dev.troupe.sql.type.SqlType;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is shared by everything that takes part in binding one statement. */
final class Binding {
  /** Deep enough for any sane statement, and far from the end of the stack. */
  private static final int DEPTH_MAX = 500;

  final Catalog catalog;
  final String database;
  final FunctionRegistry functions = FunctionRegistry.builtin();
  final ParameterTypes parameters;
  final Conversions conversions;
  final AccessUses access = new AccessUses();

  /** Null: nobody asks what names mean. */
  final @Nullable QueryNotes notes;

  /** Whether the server itself asks: names are looked up by nobody's rights. */
  final boolean trusted;

  private final Map<Integer, Origin> origins = new HashMap<>();
  private final Map<Integer, Fields> fields = new HashMap<>();
  private final Map<SqlExpr, Integer> positions = new IdentityHashMap<>();
  private final Map<FunctionKey, ScalarFunction> canonical = new HashMap<>();
  private final Set<RelationUse> relations = new LinkedHashSet<>();
  private int nextColumn = 1;
  private int nextCte = 1;
  private int depth;

  /** The column of a table that a value comes from unchanged. */
  record Origin(long table, int attribute) {}

  /** What the records of a column consist of. */
  record Fields(List<String> names, List<SqlType> types) {
    Fields {
      names = List.copyOf(names);
      types = List.copyOf(types);
    }
  }

  private record FunctionKey(
      Class<?> kind, String name, List<SqlType> parameters, SqlType result) {}

  Binding(BindContext context) {
    this(context, null);
  }

  Binding(BindContext context, @Nullable QueryNotes notes) {
    this.notes = notes;
    catalog = context.catalog();
    database = context.database();
    trusted = context.trusted();
    parameters = new ParameterTypes(context.parameterTypes());
    conversions = new Conversions(this);
  }

  Column newColumn(String name, SqlType type) {
    return new Column(nextColumn++, name, type);
  }

  int newCte() {
    return nextCte++;
  }

  void uses(long relation, long version) {
    relations.add(new RelationUse(relation, version));
  }

  List<RelationUse> relations() {
    return List.copyOf(relations);
  }

  void setOrigin(int column, long table, int attribute) {
    origins.put(column, new Origin(table, attribute));
  }

  @Nullable Origin origin(SqlExpr value) {
    return value instanceof SqlExpr.ColumnRef ref ? origins.get(ref.column()) : null;
  }

  void setFields(int column, Fields known) {
    fields.put(column, known);
  }

  /** Null when nothing is known of them. */
  @Nullable Fields fields(SqlExpr value) {
    return value instanceof SqlExpr.ColumnRef ref ? fields.get(ref.column()) : null;
  }

  /** The column holds what the value does. */
  void passOn(SqlExpr value, int column) {
    Origin origin = origin(value);
    if (origin != null) {
      origins.put(column, origin);
    }
    Fields known = fields(value);
    if (known != null) {
      fields.put(column, known);
    }
  }

  /** Remembers where a reference stands, for messages that come up later. */
  SqlExpr located(SqlExpr expression, int position) {
    positions.put(expression, position);
    return expression;
  }

  int position(SqlExpr expression) {
    Integer position = positions.get(expression);
    return position == null ? -1 : position;
  }

  /**
   * The same object for the same function, so that expressions are equal when they mean the same:
   * polymorphic functions are made anew for each call.
   */
  ScalarFunction canonical(ScalarFunction function) {
    var key =
        new FunctionKey(
            function.getClass(), function.name(), function.parameters(), function.result());
    ScalarFunction known = canonical.putIfAbsent(key, function);
    return known == null ? function : known;
  }

  void enter() {
    depth++;
    if (depth > DEPTH_MAX) {
      throw new dev.troupe.sql.error.SqlException(
              dev.troupe.sql.error.SqlState.STATEMENT_TOO_COMPLEX, "stack depth limit exceeded")
          .withHint("Expressions and queries can be nested " + DEPTH_MAX + " levels deep.");
    }
  }

  void leave() {
    depth--;
  }
}
