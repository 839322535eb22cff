package dev.troupe.sql.analyze;

import dev.troupe.sql.analyze.CteScope.CteEntry;
import dev.troupe.sql.analyze.ScopeTable.ScopeColumn;
import dev.troupe.sql.catalog.ColumnDescriptor;
import dev.troupe.sql.catalog.ElementState;
import dev.troupe.sql.catalog.IndexDescriptor;
import dev.troupe.sql.catalog.Relation;
import dev.troupe.sql.catalog.SequenceDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.catalog.ViewDescriptor;
import dev.troupe.sql.catalog.VirtualTable;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.plan.Column;
import dev.troupe.sql.plan.PlanNode;
import dev.troupe.sql.plan.RowLock;
import dev.troupe.sql.plan.SqlExpr;
import dev.troupe.sql.syntax.ast.FromItem;
import dev.troupe.sql.syntax.ast.Name;
import dev.troupe.sql.syntax.ast.QualifiedName;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Binds names of relations in FROM: tables, views, virtual tables and common tables. */
final class RelationBinder {
  private final Binding binding;
  private final Scope scope;
  private final RowLocks locks;

  RelationBinder(Binding binding, Scope scope, RowLocks locks) {
    this.binding = binding;
    this.scope = scope;
    this.locks = locks;
  }

  FromBinder.Part table(FromItem.Table item) {
    FromItem.Sample sample = item.sample();
    if (sample != null) {
      throw ExpressionBinder.unsupported("TABLESAMPLE is not supported", sample.position());
    }
    CteEntry cte = item.name().parts().size() == 1 ? scope.ctes.find(item.name().last()) : null;
    if (cte != null) {
      return cteScan(cte, item);
    }
    return switch (relation(binding, item.name())) {
      case TableDescriptor table -> scan(table, item.alias());
      case ViewDescriptor view -> view(view, item);
      case VirtualTable table -> virtualScan(table, item);
      case SequenceDescriptor sequence ->
          throw ExpressionBinder.unsupported(
              "reading a sequence as a table is not supported", item.name().position());
    };
  }

  /**
   * @throws SqlException UNDEFINED_TABLE
   */
  static Relation relation(Binding binding, QualifiedName name) {
    String schema = FromBinder.schemaOf(binding, name);
    Relation found = find(binding, schema, name);
    if (found == null) {
      throw SqlException.of(SqlState.UNDEFINED_TABLE, "relation \"%s\" does not exist", name)
          .at(name.position());
    }
    binding.uses(
        found.id(),
        switch (found) {
          case TableDescriptor table -> table.version();
          case ViewDescriptor view -> view.version();
          case SequenceDescriptor sequence -> sequence.version();
          case VirtualTable table -> 0;
        });
    return found;
  }

  private static @Nullable Relation find(
      Binding binding, @Nullable String schema, QualifiedName name) {
    if (schema != null && (binding.trusted || binding.access.insideView())) {
      return binding.catalog.findStored(schema, name.last());
    }
    try {
      return binding.catalog.find(schema, name.last());
    } catch (SqlException e) {
      throw e.at(name.position());
    }
  }

  private FromBinder.Part cteScan(CteEntry cte, FromItem.Table item) {
    List<Column> output = new ArrayList<>();
    for (Column column : cte.columns()) {
      output.add(binding.newColumn(column.name(), column.type()));
    }
    PlanNode scan = new PlanNode.CteScan(cte.id(), cte.name(), output);
    return part(scan, item.name().last(), null, item.alias());
  }

  private static FromBinder.Part part(
      PlanNode plan, String name, @Nullable String schema, FromItem.@Nullable Alias alias) {
    List<ScopeColumn> columns = new ArrayList<>();
    for (Column column : plan.output()) {
      columns.add(
          new ScopeColumn(column.name(), new SqlExpr.ColumnRef(column.id(), column.type())));
    }
    ScopeTable table =
        new ScopeTable(
            alias == null ? name : alias.name(),
            alias == null ? schema : null,
            columns,
            true,
            true,
            null);
    return new FromBinder.Part(plan, List.of(renamed(table, alias)));
  }

  /** A table as FROM sees it: its public columns. */
  private FromBinder.Part scan(TableDescriptor table, FromItem.@Nullable Alias alias) {
    String name = alias == null ? table.name() : alias.name();
    AccessUses.Use use = read(table);
    RowLock lock = locks.of(name);
    if (lock != RowLock.NONE) {
      use.add(Access.Kind.UPDATE);
    }
    List<ColumnDescriptor> columns =
        table.columns().stream().filter(c -> c.state() == ElementState.PUBLIC).toList();
    return scan(table, alias, columns, lock);
  }

  private AccessUses.Use read(Relation relation) {
    AccessUses.Use use = binding.access.of(relation);
    use.add(Access.Kind.SELECT);
    return use;
  }

  FromBinder.Part scan(
      TableDescriptor table,
      FromItem.@Nullable Alias alias,
      List<ColumnDescriptor> columns,
      RowLock lock) {
    String name = alias == null ? table.name() : alias.name();
    AccessUses.Use use = binding.access.of(table);
    List<Column> output = new ArrayList<>(columns.size());
    List<Integer> ids = new ArrayList<>(columns.size());
    List<ScopeColumn> named = new ArrayList<>(columns.size());
    for (ColumnDescriptor column : columns) {
      Column out = binding.newColumn(column.name(), column.type());
      output.add(out);
      ids.add(column.id());
      binding.setOrigin(out.id(), table.id(), column.id());
      binding.access.watch(use, out.id(), column.id());
      if (column.state() == ElementState.PUBLIC) {
        named.add(
            new ScopeColumn(
                column.name(), new SqlExpr.ColumnRef(out.id(), out.type()), column.hidden()));
      }
    }
    RowLock atOnce =
        lock == RowLock.NONE ? lock : locks.atScan(table, primaryKey(table, output, ids), lock);
    PlanNode scan = new PlanNode.Scan(table, name, output, ids, null, null, atOnce, 0);
    ScopeTable entry =
        new ScopeTable(name, alias == null ? table.schema() : null, named, true, true, table);
    return new FromBinder.Part(scan, List.of(renamed(entry, alias)));
  }

  private static List<SqlExpr> primaryKey(
      TableDescriptor table, List<Column> output, List<Integer> ids) {
    List<SqlExpr> key = new ArrayList<>();
    for (IndexDescriptor.Key part : table.primary().keys()) {
      Column column = output.get(ids.indexOf(part.column()));
      key.add(new SqlExpr.ColumnRef(column.id(), column.type()));
    }
    return key;
  }

  private FromBinder.Part view(ViewDescriptor view, FromItem.Table item) {
    if (!locks.isEmpty() && locks.of(item.name().last()) != RowLock.NONE) {
      throw ExpressionBinder.unsupported(
          "locking the rows of a view is not supported", item.position());
    }
    AccessUses.Use use = read(view);
    PlanNode plan = binding.access.inNameOf(view.owner(), () -> new ViewBinder(binding).plan(view));
    List<ScopeColumn> columns = new ArrayList<>();
    for (int i = 0; i < plan.output().size(); i++) {
      Column column = plan.output().get(i);
      binding.access.watch(use, column.id(), i + 1);
      columns.add(
          new ScopeColumn(
              view.columnNames().get(i), new SqlExpr.ColumnRef(column.id(), column.type())));
    }
    FromItem.Alias alias = item.alias();
    ScopeTable table =
        new ScopeTable(
            alias == null ? view.name() : alias.name(),
            alias == null ? view.schema() : null,
            columns,
            true,
            true,
            null);
    return new FromBinder.Part(plan, List.of(renamed(table, alias)));
  }

  private FromBinder.Part virtualScan(VirtualTable table, FromItem.Table item) {
    locks.of(item.alias() == null ? table.name() : item.alias().name());
    AccessUses.Use use = read(table);
    List<Column> output = new ArrayList<>();
    List<Integer> ordinals = new ArrayList<>();
    List<String> names = table.columnNames();
    for (int i = 0; i < names.size(); i++) {
      Column column = binding.newColumn(names.get(i), table.columnTypes().get(i));
      output.add(column);
      binding.access.watch(use, column.id(), i + 1);
      ordinals.add(i);
    }
    PlanNode scan = new PlanNode.VirtualScan(table, output, ordinals, null);
    FromBinder.Part part = part(scan, table.name(), table.schema(), item.alias());
    ScopeTable named = part.tables().getFirst().withOid(table.id());
    return new FromBinder.Part(scan, List.of(named));
  }

  /** Gives the first columns other names. */
  static ScopeTable renamed(ScopeTable table, FromItem.@Nullable Alias alias) {
    if (alias == null || alias.columns().isEmpty()) {
      return table;
    }
    List<Name> names = alias.columns();
    List<ScopeColumn> visible = table.visible();
    if (names.size() > visible.size()) {
      throw SqlException.of(
              SqlState.INVALID_COLUMN_REFERENCE,
              "table \"%s\" has %d columns available but %d columns specified",
              alias.name(),
              visible.size(),
              names.size())
          .at(alias.position());
    }
    List<ScopeColumn> columns = new ArrayList<>();
    int next = 0;
    for (ScopeColumn column : table.columns()) {
      boolean given = !column.hidden() && next < names.size();
      columns.add(
          given ? new ScopeColumn(names.get(next++).text(), column.value(), false) : column);
    }
    return table.withColumns(columns);
  }
}
