package dev.troupe.sql.session;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.spi.TxnRequest.Lock;
import dev.troupe.sql.analyze.Binder;
import dev.troupe.sql.catalog.ColumnDescriptor;
import dev.troupe.sql.catalog.IndexDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.exec.RowBatch;
import dev.troupe.sql.exec.RowSource;
import dev.troupe.sql.kv.KvCursor;
import dev.troupe.sql.kv.KvTransaction;
import dev.troupe.sql.plan.Column;
import dev.troupe.sql.plan.PlanNode;
import dev.troupe.sql.plan.RowLock;
import dev.troupe.sql.plan.SqlExpr;
import dev.troupe.sql.schema.TableData;
import dev.troupe.sql.storage.IndexLayout;
import dev.troupe.sql.storage.TableKeys;
import dev.troupe.sql.storage.TableLayout;
import dev.troupe.sql.syntax.Parser;
import dev.troupe.sql.syntax.ast.DataStatement;
import dev.troupe.sql.syntax.ast.Name;
import dev.troupe.sql.syntax.ast.QualifiedName;
import dev.troupe.sql.syntax.ast.QueryStatement;
import dev.troupe.sql.syntax.ast.Statement;
import dev.troupe.sql.type.SqlType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The rows behind changes of the schema. Used by the session's thread. */
final class StoredTables implements TableData {
  private final SessionParts parts;
  private final Planner planner;
  private final PortalRows rows;

  StoredTables(SessionParts parts, Planner planner, PortalRows rows) {
    this.parts = parts;
    this.planner = planner;
    this.rows = rows;
  }

  @Override
  public KeySpan spanOf(long table) {
    return TableKeys.tableSpan(table);
  }

  @Override
  public KeySpan spanOf(long table, int index) {
    return TableKeys.indexSpan(table, index);
  }

  @Override
  public boolean isEmpty(TableDescriptor table) {
    KeySpan span = TableLayout.of(table).primary().span();
    try (KvCursor cursor = kv().scan(span, false, true, 1, Lock.NONE)) {
      return cursor.next() == null;
    }
  }

  private KvTransaction kv() {
    return parts.transaction().kv();
  }

  // --- indexes ---------------------------------------------------------------------------------

  @Override
  public void fillIndex(TableDescriptor table, IndexDescriptor index) {
    if (isEmpty(table)) {
      return;
    }
    IndexLayout layout = TableLayout.of(table).index(index);
    parts.transaction().writePrivately(layout.span());
    try (RowSource source = rows.open(scan(table, index.predicateSql()))) {
      for (RowBatch batch = source.nextBatch(); batch != null; batch = source.nextBatch()) {
        addEntries(layout, rowsOf(batch));
        parts.cancellation().check();
      }
    }
  }

  /** All rows with all columns of the table, in its order. */
  RowSource rows(TableDescriptor table) {
    return rows.open(scan(table, null));
  }

  private PlanNode scan(TableDescriptor table, @Nullable String predicate) {
    List<Column> row;
    SqlExpr filter = null;
    if (predicate == null) {
      row = new ArrayList<>();
      for (ColumnDescriptor column : table.columns()) {
        row.add(new Column(row.size() + 1, column.name(), column.type()));
      }
    } else {
      Binder.BoundExpression bound =
          Binder.bindExpression(
              predicate,
              table,
              Binder.Purpose.INDEX_PREDICATE,
              SqlType.BOOL,
              parts.transaction().schema(false));
      row = bound.row();
      filter = bound.expression();
    }
    List<Integer> ids = table.columns().stream().map(ColumnDescriptor::id).toList();
    return new PlanNode.Scan(table, table.name(), row, ids, null, filter, RowLock.NONE, 0);
  }

  private static List<@Nullable Object[]> rowsOf(RowBatch batch) {
    var list = new ArrayList<@Nullable Object[]>(batch.size());
    for (int i = 0; i < batch.size(); i++) {
      list.add(batch.row(i));
    }
    return list;
  }

  private void addEntries(IndexLayout layout, List<@Nullable Object[]> batch) {
    var unique = new ArrayList<Key>();
    Set<Key> seen = new HashSet<>();
    for (@Nullable Object[] row : batch) {
      if (layout.isUniqueFor(row)) {
        Key key = layout.key(row);
        unique.add(key);
        if (!seen.add(key)) {
          throw duplicate(layout);
        }
      }
    }
    for (byte[] found : kv().getAll(unique, Lock.NONE)) {
      if (found != null) {
        throw duplicate(layout);
      }
    }
    for (@Nullable Object[] row : batch) {
      kv().put(layout.key(row), layout.value(row));
    }
  }

  private static SqlException duplicate(IndexLayout layout) {
    return SqlException.of(
            SqlState.UNIQUE_VIOLATION,
            "could not create unique index \"%s\"",
            layout.index().name())
        .withDetail("Some key is duplicated.")
        .withTable(layout.table().schema(), layout.table().name())
        .withConstraint(layout.index().name());
  }

  // --- rows ------------------------------------------------------------------------------------

  @Override
  public void move(TableDescriptor from, TableDescriptor to) {
    TableLayout target = TableLayout.of(to);
    var layouts = new ArrayList<IndexLayout>();
    layouts.add(target.primary());
    layouts.addAll(target.indexes());
    if (isEmpty(from)) {
      return;
    }
    for (IndexLayout layout : layouts) {
      // Where others may read, nothing can be written before the commit.
      if (isNew(layout, from)) {
        parts.transaction().writePrivately(layout.span());
      }
    }
    int[] places = places(from, to);
    try (RowSource source = rows.open(scan(from, null))) {
      for (RowBatch batch = source.nextBatch(); batch != null; batch = source.nextBatch()) {
        var moved = new ArrayList<@Nullable Object[]>();
        for (int i = 0; i < batch.size(); i++) {
          moved.add(rearranged(batch.row(i), places, to));
        }
        layouts.forEach(layout -> addEntries(layout, moved));
        parts.cancellation().check();
      }
    }
  }

  private static boolean isNew(IndexLayout layout, TableDescriptor before) {
    int id = layout.index().id();
    return before.primary().id() != id
        && before.indexes().stream().noneMatch(index -> index.id() == id);
  }

  /** By column of the new description: where the old one has it; -1: nowhere. */
  private static int[] places(TableDescriptor from, TableDescriptor to) {
    Map<Integer, Integer> before = new HashMap<>();
    for (int i = 0; i < from.columns().size(); i++) {
      before.put(from.columns().get(i).id(), i);
    }
    var places = new int[to.columns().size()];
    for (int i = 0; i < places.length; i++) {
      places[i] = before.getOrDefault(to.columns().get(i).id(), -1);
    }
    return places;
  }

  private @Nullable Object[] rearranged(@Nullable Object[] row, int[] places, TableDescriptor to) {
    var after = new @Nullable Object[places.length];
    for (int i = 0; i < places.length; i++) {
      ColumnDescriptor column = to.columns().get(i);
      if (places[i] >= 0) {
        after[i] = row[places[i]];
      } else {
        after[i] = column.hidden() ? (Object) parts.node().rowIds().next() : column.missing();
      }
    }
    return after;
  }

  // --- statements ------------------------------------------------------------------------------

  @Override
  public @Nullable Object @Nullable [] firstRow(String query) {
    Statement parsed = Objects.requireNonNull(Parser.parseOne(query)).statement();
    Plan plan = planner.planTrusted(parsed);
    try (var cursor = new RowCursor(rows.open(plan, new @Nullable Object[0], null))) {
      return cursor.next();
    }
  }

  @Override
  public void run(String statement) {
    Statement parsed = Objects.requireNonNull(Parser.parseOne(statement)).statement();
    runToEnd(planner.planTrusted(parsed));
  }

  private long runToEnd(Plan plan) {
    try (var cursor = new RowCursor(rows.open(plan, new @Nullable Object[0], null))) {
      while (cursor.next() != null) {
        parts.cancellation().check();
      }
      return cursor.changedRows();
    }
  }

  @Override
  public long fill(TableDescriptor table, Statement query) {
    if (!(query instanceof QueryStatement source)) {
      throw new SqlException(SqlState.FEATURE_NOT_SUPPORTED, "CREATE TABLE AS takes queries only")
          .at(query.position());
    }
    parts.transaction().writePrivately(spanOf(table.id()));
    var columns = new ArrayList<DataStatement.Assignable>();
    for (ColumnDescriptor column : table.visibleColumns()) {
      columns.add(new DataStatement.Assignable(new Name(column.name(), -1), List.of()));
    }
    var name = new QualifiedName(List.of(table.schema(), table.name()), query.position());
    var insert =
        new DataStatement.Insert(
            null,
            new DataStatement.Target(name, false, null),
            columns,
            null,
            source.query(),
            null,
            List.of(),
            query.position());
    return runToEnd(planner.plan(insert, "", List.of()));
  }
}
