package dev.troupe.sql.analyze;

import dev.troupe.sql.catalog.ColumnDescriptor;
import dev.troupe.sql.catalog.ColumnDescriptor.Identity;
import dev.troupe.sql.catalog.ElementState;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.plan.Column;
import dev.troupe.sql.plan.ModifyNode;
import dev.troupe.sql.plan.PlanNode;
import dev.troupe.sql.plan.SqlExpr;
import dev.troupe.sql.syntax.ast.DataStatement;
import dev.troupe.sql.syntax.ast.DataStatement.Overriding;
import dev.troupe.sql.syntax.ast.Expression;
import dev.troupe.sql.syntax.ast.FromItem;
import dev.troupe.sql.syntax.ast.Query;
import dev.troupe.sql.syntax.ast.QueryBody;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Binds INSERT. */
final class InsertBinder {
  private final Binding binding;
  private final CteScope ctes;

  InsertBinder(Binding binding, CteScope ctes) {
    this.binding = binding;
    this.ctes = ctes;
  }

  /**
   * Which columns values are given for.
   *
   * @param targets positions in the table's row
   */
  private record Columns(
      TableDescriptor table,
      TableRules rules,
      List<Integer> targets,
      List<Integer> written,
      boolean named,
      @Nullable Overriding overriding) {
    ColumnDescriptor column(int value) {
      return table.columns().get(targets.get(value));
    }

    int position(int value) {
      return written.get(value);
    }
  }

  PlanNode bind(DataStatement.Insert s) {
    TableDescriptor table = ChangeBinder.target(binding, s.target(), "insert into");
    TableRules rules = new TableRules(binding, table);
    Columns columns = columns(s, table, rules);
    binding.access.of(table).add(Access.Kind.INSERT);
    PlanNode input = input(s, columns);
    ScopeTable target = targetTable(table, s.target());
    DataStatement.OnConflict written = s.onConflict();
    ModifyNode.OnConflict conflict =
        written == null
            ? null
            : new ConflictBinder(binding, ctes, table, rules).bind(written, target);
    Scope scope = new Scope(null, ctes);
    scope.tables.add(target);
    ChangeBinder.Returned returned =
        ChangeBinder.returning(binding, table, scope, target, s.returning());
    return new ModifyNode.Insert(
        table, input, rules.checks(), conflict, returned.returning(), returned.output());
  }

  private ScopeTable targetTable(TableDescriptor table, DataStatement.Target target) {
    FromItem.Alias alias = target.alias();
    return new ScopeTable(
        alias == null ? table.name() : alias.name(),
        alias == null ? table.schema() : null,
        TableRules.newRow(binding, table).columns(),
        true,
        true,
        table);
  }

  private static Columns columns(DataStatement.Insert s, TableDescriptor table, TableRules rules) {
    List<Integer> targets = new ArrayList<>();
    List<Integer> positions = new ArrayList<>();
    for (DataStatement.Assignable target : s.columns()) {
      if (!target.parts().isEmpty()) {
        throw ExpressionBinder.unsupported(
            "INSERT into a part of a column is not supported", target.column().position());
      }
      int index = AssignmentBinder.position(table, target.column());
      if (targets.contains(index)) {
        throw SqlException.of(
                SqlState.DUPLICATE_COLUMN,
                "column \"%s\" specified more than once",
                target.column())
            .at(target.column().position());
      }
      targets.add(index);
      positions.add(target.column().position());
    }
    boolean named = !targets.isEmpty();
    if (!named) {
      for (int i = 0; i < table.columns().size(); i++) {
        ColumnDescriptor column = table.columns().get(i);
        if (column.state() == ElementState.PUBLIC && !column.hidden()) {
          targets.add(i);
          positions.add(-1);
        }
      }
    }
    return new Columns(table, rules, targets, positions, named, s.overriding());
  }

  private PlanNode input(DataStatement.Insert s, Columns columns) {
    Query source = s.source();
    if (source == null) {
      return constants(columns, List.of(List.of()));
    }
    boolean plainValues =
        source.body() instanceof QueryBody.Values
            && source.orderBy().isEmpty()
            && source.limit() == null
            && source.with() == null;
    if (plainValues && source.body() instanceof QueryBody.Values values) {
      return constants(columns, values.rows());
    }
    return fromQuery(columns, source);
  }

  private PlanNode constants(Columns columns, List<List<Expression>> written) {
    Scope scope = new Scope(null, ctes);
    scope.clause = Clause.VALUES;
    ExpressionBinder expressions = new ExpressionBinder(binding, scope);
    List<List<SqlExpr>> rows = new ArrayList<>(written.size());
    int width = written.getFirst().size();
    for (List<Expression> row : written) {
      if (row.size() != width) {
        throw new SqlException(SqlState.SYNTAX_ERROR, "VALUES lists must all be the same length")
            .at(row.isEmpty() ? -1 : row.getFirst().position());
      }
      if (!row.isEmpty()) {
        requireSameCount(columns, row.size(), row.getLast().position());
      }
      rows.add(row(columns, expressions, row));
    }
    return new PlanNode.Values(output(columns.table()), rows);
  }

  private List<Column> output(TableDescriptor table) {
    List<Column> output = new ArrayList<>(table.columns().size());
    for (ColumnDescriptor column : table.columns()) {
      output.add(binding.newColumn(column.name(), column.type()));
    }
    return output;
  }

  private static void requireSameCount(Columns columns, int given, int position) {
    if (given > columns.targets().size()) {
      throw new SqlException(
              SqlState.SYNTAX_ERROR, "INSERT has more expressions than target columns")
          .at(position);
    }
    if (given < columns.targets().size() && columns.named()) {
      throw new SqlException(
              SqlState.SYNTAX_ERROR, "INSERT has more target columns than expressions")
          .at(columns.position(given));
    }
  }

  private List<SqlExpr> row(
      Columns columns, ExpressionBinder expressions, List<Expression> written) {
    @Nullable SqlExpr[] row = new SqlExpr[columns.table().columns().size()];
    inserts(columns, written.size());
    for (int i = 0; i < written.size(); i++) {
      Expression value = written.get(i);
      ColumnDescriptor column = columns.column(i);
      if (!(value instanceof Expression.DefaultValue) && takesValue(columns, i)) {
        row[columns.targets().get(i)] =
            binding.conversions.assign(
                expressions.bind(value), column.type(), column.name(), value.position());
      }
    }
    return completed(columns, row);
  }

  /** Whoever gives values must be allowed to give them to these columns. */
  private void inserts(Columns columns, int given) {
    AccessUses.Use use = binding.access.of(columns.table());
    for (int i = 0; i < given; i++) {
      use.add(Access.Kind.INSERT, columns.column(i).id());
    }
  }

  private static List<SqlExpr> completed(Columns columns, @Nullable SqlExpr[] row) {
    List<SqlExpr> complete = new ArrayList<>(row.length);
    for (int i = 0; i < row.length; i++) {
      SqlExpr given = row[i];
      complete.add(
          given == null ? columns.rules().defaultOf(columns.table().columns().get(i)) : given);
    }
    return complete;
  }

  /** Whether a value that is given is stored; it may be replaced or refused, too. */
  private static boolean takesValue(Columns columns, int value) {
    ColumnDescriptor column = columns.column(value);
    if (column.generatedSql() != null) {
      throw refused(column, columns.position(value))
          .withDetail("Column \"" + column.name() + "\" is a generated column.");
    }
    if (column.identity() == Identity.NONE) {
      return true;
    }
    if (columns.overriding() == Overriding.USER_VALUE) {
      return false;
    }
    if (column.identity() == Identity.ALWAYS && columns.overriding() != Overriding.SYSTEM_VALUE) {
      throw refused(column, columns.position(value))
          .withDetail(
              "Column \"" + column.name() + "\" is an identity column defined as GENERATED ALWAYS.")
          .withHint("Use OVERRIDING SYSTEM VALUE to override.");
    }
    return true;
  }

  private static SqlException refused(ColumnDescriptor column, int position) {
    return SqlException.of(
            SqlState.GENERATED_ALWAYS,
            "cannot insert a non-DEFAULT value into column \"%s\"",
            column.name())
        .at(position);
  }

  private PlanNode fromQuery(Columns columns, Query source) {
    PlanNode query = new QueryBinder(binding, null, ctes).bind(source, true).plan();
    requireSameCount(columns, query.output().size(), source.position());
    boolean inPlace = query instanceof PlanNode.Project;
    PlanNode input = query instanceof PlanNode.Project project ? project.input() : query;
    List<SqlExpr> given =
        query instanceof PlanNode.Project project
            ? project.expressions()
            : Outputs.references(query);
    inserts(columns, given.size());
    @Nullable SqlExpr[] row = new SqlExpr[columns.table().columns().size()];
    for (int i = 0; i < given.size(); i++) {
      ColumnDescriptor column = columns.column(i);
      if (takesValue(columns, i)) {
        row[columns.targets().get(i)] =
            binding.conversions.assign(
                given.get(i), column.type(), column.name(), source.body().position());
      }
    }
    return new PlanNode.Project(
        inPlace ? input : query, output(columns.table()), completed(columns, row));
  }
}
