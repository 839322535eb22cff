package dev.troupe.sql.exec;

import dev.troupe.sql.catalog.Catalog;
import dev.troupe.sql.catalog.ColumnDescriptor;
import dev.troupe.sql.catalog.IndexDescriptor;
import dev.troupe.sql.catalog.Relation;
import dev.troupe.sql.catalog.SchemaDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.catalog.TableStatistics;
import dev.troupe.sql.kv.KvTransaction;
import dev.troupe.sql.kv.MemoryStore;
import dev.troupe.sql.plan.Column;
import dev.troupe.sql.plan.IndexAccess;
import dev.troupe.sql.plan.ModifyNode;
import dev.troupe.sql.plan.PlanNode;
import dev.troupe.sql.plan.RowLock;
import dev.troupe.sql.plan.SqlExpr;
import dev.troupe.sql.type.SqlType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A store in memory, a catalog of tables, and short ways to write plans. */
final class Fixture implements Catalog {
  final MemoryStore store = new MemoryStore();
  final Map<Long, TableDescriptor> tables = new HashMap<>();
  final Map<Long, ModifyNode.Checks> checks = new HashMap<>();
  private final AtomicLong rowIds = new AtomicLong();
  private int nextColumn = 1;
  MemoryBudget memory = new MemoryBudget(MemoryBudget.DEFAULT_BYTES);
  TestContext context = new TestContext(List.of());
  @Nullable Profile profile;

  // --- running ---------------------------------------------------------------------------------

  ExecContext exec(KvTransaction kv) {
    return new ExecContext(
        kv, this, context, memory, rowIds::incrementAndGet, this::checksOf, profile);
  }

  List<List<@Nullable Object>> rows(PlanNode plan) {
    return rows(plan, store.transactions().begin(Duration.ofMinutes(1)));
  }

  /** Runs a plan; whatever happens, the budget must be whole again. */
  List<List<@Nullable Object>> rows(PlanNode plan, KvTransaction kv) {
    var rows = new ArrayList<List<@Nullable Object>>();
    try (RowSource source = Executor.open(plan, exec(kv))) {
      for (RowBatch batch = source.nextBatch(); batch != null; batch = source.nextBatch()) {
        for (int i = 0; i < batch.size(); i++) {
          rows.add(Collections.unmodifiableList(Arrays.asList(batch.row(i))));
        }
      }
    }
    if (memory.used() != 0) {
      throw new AssertionError(memory.used() + " bytes were not given back");
    }
    return rows;
  }

  /** Runs a change in a transaction of its own. */
  long change(PlanNode plan) {
    KvTransaction kv = store.transactions().begin(Duration.ofMinutes(1));
    long count = PreparedPlan.of(plan).run(exec(kv)).count();
    kv.commit();
    return count;
  }

  // --- plans -----------------------------------------------------------------------------------

  Column column(String name, SqlType type) {
    return new Column(nextColumn++, name, type);
  }

  static SqlExpr ref(Column column) {
    return new SqlExpr.ColumnRef(column.id(), column.type());
  }

  static SqlExpr ref(PlanNode node, int index) {
    return ref(node.output().get(index));
  }

  static SqlExpr constant(@Nullable Object value, SqlType type) {
    return new SqlExpr.Constant(value, type);
  }

  static SqlExpr integer(@Nullable Integer value) {
    return constant(value, SqlType.INT4);
  }

  static SqlExpr text(@Nullable String value) {
    return constant(value, SqlType.TEXT);
  }

  static SqlExpr eq(SqlExpr left, SqlExpr right) {
    return new SqlExpr.Call(TestFunctions.eq(left.type()), List.of(left, right), SqlType.BOOL);
  }

  static SqlExpr lt(SqlExpr left, SqlExpr right) {
    return new SqlExpr.Call(TestFunctions.lt(left.type()), List.of(left, right), SqlType.BOOL);
  }

  static SqlExpr gt(SqlExpr left, SqlExpr right) {
    return new SqlExpr.Call(TestFunctions.gt(left.type()), List.of(left, right), SqlType.BOOL);
  }

  static SqlExpr plus(SqlExpr left, SqlExpr right) {
    return new SqlExpr.Call(TestFunctions.plus(), List.of(left, right), SqlType.INT4);
  }

  /** Rows of integers. */
  PlanNode.Values integers(@Nullable Integer[]... rows) {
    var output = new ArrayList<Column>();
    for (int i = 0; i < rows[0].length; i++) {
      output.add(column("c" + i, SqlType.INT4));
    }
    var list = new ArrayList<List<SqlExpr>>();
    for (Integer[] row : rows) {
      list.add(Arrays.stream(row).map(Fixture::integer).toList());
    }
    return new PlanNode.Values(output, list);
  }

  static @Nullable Integer[] row(@Nullable Integer... values) {
    return values;
  }

  TableDescriptor add(TestTables table) {
    TableDescriptor done = table.done();
    tables.put(done.id(), done);
    return done;
  }

  List<Column> columnsOf(TableDescriptor table) {
    var output = new ArrayList<Column>();
    for (ColumnDescriptor column : table.columns()) {
      output.add(column(column.name(), column.type()));
    }
    return output;
  }

  static List<Integer> ids(TableDescriptor table) {
    return table.columns().stream().map(ColumnDescriptor::id).toList();
  }

  PlanNode.Scan scan(TableDescriptor table) {
    return scan(table, null);
  }

  /** All columns of a table. */
  PlanNode.Scan scan(TableDescriptor table, @Nullable IndexAccess access) {
    return new PlanNode.Scan(
        table, table.name(), columnsOf(table), ids(table), access, null, RowLock.NONE, 0);
  }

  static PlanNode.Scan filtered(PlanNode.Scan scan, @Nullable SqlExpr filter) {
    return new PlanNode.Scan(
        scan.table(),
        scan.alias(),
        scan.output(),
        scan.columns(),
        scan.access(),
        filter,
        scan.lock(),
        scan.limit());
  }

  static IndexAccess access(IndexDescriptor index, SqlExpr... prefix) {
    return new IndexAccess(
        index,
        List.of(new IndexAccess.KeyRange(List.of(prefix), null, null)),
        false,
        index.primary());
  }

  ModifyNode.Checks checksOf(TableDescriptor table) {
    ModifyNode.Checks known = checks.get(table.id());
    return known == null
        ? new ModifyNode.Checks(columnsOf(table), List.of(), List.of(), List.of(), List.of())
        : known;
  }

  ModifyNode.Insert insert(TableDescriptor table, @Nullable Object[]... rows) {
    List<Column> output = columnsOf(table);
    var list = new ArrayList<List<SqlExpr>>();
    for (@Nullable Object[] row : rows) {
      var values = new ArrayList<SqlExpr>();
      for (int i = 0; i < row.length; i++) {
        values.add(constant(row[i], output.get(i).type()));
      }
      list.add(values);
    }
    return new ModifyNode.Insert(
        table, new PlanNode.Values(output, list), checksOf(table), null, null, List.of());
  }

  /** Sets one column of the rows that a plan finds; its output is the whole row. */
  ModifyNode.Update update(TableDescriptor table, PlanNode input, int column, SqlExpr value) {
    var assignments = new ArrayList<@Nullable SqlExpr>();
    for (int i = 0; i < table.columns().size(); i++) {
      assignments.add(i == column ? value : null);
    }
    return new ModifyNode.Update(table, input, assignments, checksOf(table), null, List.of());
  }

  ModifyNode.Delete delete(TableDescriptor table, PlanNode input) {
    return new ModifyNode.Delete(table, input, checksOf(table), null, List.of());
  }

  // --- catalog ---------------------------------------------------------------------------------

  @Override
  public long version() {
    return 1;
  }

  @Override
  public @Nullable Relation findStored(String schema, String name) {
    return find(schema, name);
  }

  @Override
  public @Nullable Relation find(@Nullable String schema, String name) {
    return tables.values().stream().filter(t -> t.name().equals(name)).findFirst().orElse(null);
  }

  @Override
  public @Nullable Relation relation(long id) {
    return tables.get(id);
  }

  @Override
  public boolean hasSchema(String name) {
    return name.equals("public");
  }

  @Override
  public List<SchemaDescriptor> schemas() {
    return List.of();
  }

  @Override
  public List<Relation> relations(String schema) {
    return List.copyOf(tables.values());
  }

  @Override
  public String creationSchema() {
    return "public";
  }

  @Override
  public @Nullable TableStatistics statistics(long table) {
    return null;
  }
}
