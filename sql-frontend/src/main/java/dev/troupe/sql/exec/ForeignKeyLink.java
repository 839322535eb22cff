package dev.troupe.sql.exec;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.TxnRequest.Lock;
import dev.troupe.sql.catalog.ElementState;
import dev.troupe.sql.catalog.ForeignKey;
import dev.troupe.sql.catalog.IndexDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.kv.KvCursor;
import dev.troupe.sql.storage.IndexLayout;
import dev.troupe.sql.storage.RowReader;
import dev.troupe.sql.storage.TableLayout;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.ValueOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds partners along one foreign key, in both directions, for many rows at once. */
final class ForeignKeyLink {
  /** A child row, and which of the parents it refers to. */
  record Reference(@Nullable Object[] row, int parent) {}

  private final TableDescriptor parent;
  private final TableDescriptor child;
  private final ForeignKey key;
  private final Execution run;
  private final int[] parentPositions;
  private final int[] childPositions;

  ForeignKeyLink(TableDescriptor parent, TableDescriptor child, ForeignKey key, Execution run) {
    this.parent = parent;
    this.child = child;
    this.key = key;
    this.run = run;
    this.parentPositions = positions(parent, key.references());
    this.childPositions = positions(child, key.columns());
  }

  TableDescriptor parent() {
    return parent;
  }

  TableDescriptor child() {
    return child;
  }

  ForeignKey key() {
    return key;
  }

  int[] childPositions() {
    return childPositions;
  }

  private static int[] positions(TableDescriptor table, List<Integer> columns) {
    return columns.stream().mapToInt(id -> TableLayout.position(table, id)).toArray();
  }

  static boolean hasNull(TableDescriptor table, List<Integer> columns, @Nullable Object[] row) {
    for (int id : columns) {
      if (row[TableLayout.position(table, id)] == null) {
        return true;
      }
    }
    return false;
  }

  static boolean differ(
      TableDescriptor table,
      List<Integer> columns,
      @Nullable Object[] before,
      @Nullable Object[] after) {
    for (int id : columns) {
      int position = TableLayout.position(table, id);
      SqlType type = table.columns().get(position).type();
      if (!ValueOrder.of(type).same(before[position], after[position])) {
        return true;
      }
    }
    return false;
  }

  /** Puts the parent's key into a child row. */
  void copyKey(@Nullable Object[] parentRow, @Nullable Object[] childRow) {
    for (int i = 0; i < childPositions.length; i++) {
      childRow[childPositions[i]] =
          KeyConversion.convert(
              parentRow[parentPositions[i]], child.columns().get(childPositions[i]).type());
    }
  }

  // --- from children to parents ----------------------------------------------------------------

  /**
   * @param rows of the child, without NULLs in the key
   */
  void requirePartners(List<@Nullable Object[]> rows) {
    IndexLayout index = parentIndex();
    var keys = new ArrayList<@Nullable Key>(rows.size());
    for (@Nullable Object[] row : rows) {
      keys.add(keyIn(index, parent, key.references(), row, childPositions));
    }
    Set<Key> there = existing(keys);
    for (int i = 0; i < keys.size(); i++) {
      Key sought = keys.get(i);
      if (sought == null || !there.contains(sought)) {
        throw run.errors().noPartner(child, key.name(), key.columns(), rows.get(i), parent);
      }
    }
  }

  private Set<Key> existing(List<@Nullable Key> keys) {
    var distinct = new ArrayList<Key>();
    var seen = new HashSet<Key>();
    for (Key one : keys) {
      if (one != null && seen.add(one)) {
        distinct.add(one);
      }
    }
    var there = new HashSet<Key>();
    List<byte @Nullable []> values = run.kv().getAll(distinct, Lock.NONE);
    for (int i = 0; i < distinct.size(); i++) {
      if (values.get(i) != null) {
        there.add(distinct.get(i));
      }
    }
    return there;
  }

  private IndexLayout parentIndex() {
    TableLayout layout = TableLayout.of(parent);
    IndexDescriptor found = covering(parent, key.references(), true);
    if (found == null) {
      throw new IllegalStateException(
          "foreign key " + key.name() + " refers to columns without a unique index");
    }
    return layout.index(found);
  }

  /** An index whose first columns are these, in any order. */
  private static @Nullable IndexDescriptor covering(
      TableDescriptor table, List<Integer> columns, boolean unique) {
    if (isCoveredBy(table.primary(), columns, unique)) {
      return table.primary();
    }
    for (IndexDescriptor index : table.indexes()) {
      if (isCoveredBy(index, columns, unique)) {
        return index;
      }
    }
    return null;
  }

  private static boolean isCoveredBy(IndexDescriptor index, List<Integer> columns, boolean unique) {
    if (index.state() != ElementState.PUBLIC
        || index.predicateSql() != null
        || index.keys().size() < columns.size()
        || (unique && (!index.unique() && !index.primary()))
        || (unique && index.keys().size() != columns.size())) {
      return false;
    }
    return index.keys().subList(0, columns.size()).stream()
        .allMatch(part -> columns.contains(part.column()));
  }

  private static Object @Nullable [] values(
      IndexLayout index,
      TableDescriptor table,
      List<Integer> columns,
      @Nullable Object[] row,
      int[] from) {
    var values = new Object[columns.size()];
    for (int i = 0; i < values.length; i++) {
      int id = index.index().keys().get(i).column();
      Object value = KeyConversion.convert(row[from[columns.indexOf(id)]], table.column(id).type());
      if (value == null) {
        return null;
      }
      values[i] = value;
    }
    return values;
  }

  private static @Nullable Key keyIn(
      IndexLayout index,
      TableDescriptor table,
      List<Integer> columns,
      @Nullable Object[] row,
      int[] from) {
    Object[] values = values(index, table, columns, row, from);
    return values == null ? null : index.exactKey(values);
  }

  // --- from parents to children ----------------------------------------------------------------

  /**
   * @param rows of the parent that are gone
   * @param unlessReplaced whether it is well when another row has the key now
   */
  void requireUnreferenced(List<@Nullable Object[]> rows, boolean unlessReplaced) {
    List<@Nullable Object[]> missing = unlessReplaced ? notReplaced(rows) : rows;
    List<Reference> references = referencing(missing);
    if (!references.isEmpty()) {
      throw run.errors()
          .stillReferenced(
              parent,
              key.references(),
              missing.get(references.getFirst().parent()),
              child,
              key.name());
    }
  }

  private List<@Nullable Object[]> notReplaced(List<@Nullable Object[]> rows) {
    IndexLayout index = parentIndex();
    var keys = new ArrayList<@Nullable Key>(rows.size());
    for (@Nullable Object[] row : rows) {
      keys.add(keyIn(index, parent, key.references(), row, parentPositions));
    }
    Set<Key> there = existing(keys);
    List<@Nullable Object[]> missing = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      if (!there.contains(keys.get(i))) {
        missing.add(rows.get(i));
      }
    }
    return missing;
  }

  /** Child rows, with all columns, that refer to any of the parents. */
  List<Reference> referencing(List<@Nullable Object[]> parents) {
    if (parents.isEmpty()) {
      return List.of();
    }
    TableLayout layout = TableLayout.of(child);
    IndexDescriptor index = covering(child, key.columns(), false);
    return index == null
        ? byWholeTable(layout, parents)
        : byIndex(layout, layout.index(index), parents);
  }

  private List<Reference> byIndex(
      TableLayout layout, IndexLayout index, List<@Nullable Object[]> parents) {
    var keys = new ArrayList<Key>();
    var parentOf = new ArrayList<Integer>();
    for (int p = 0; p < parents.size(); p++) {
      Object[] values = values(index, child, key.columns(), parents.get(p), parentPositions);
      if (values != null) {
        for (KvResponse.Row entry : scan(index.spanOf(values))) {
          keys.add(index.primaryKey(entry.key(), entry.value()));
          parentOf.add(p);
        }
      }
    }
    RowReader reader = RowReader.ofAll(layout);
    List<byte @Nullable []> values = run.kv().getAll(keys, Lock.NONE);
    var references = new ArrayList<Reference>();
    for (int i = 0; i < keys.size(); i++) {
      byte[] value = values.get(i);
      if (value != null) {
        references.add(new Reference(reader.read(keys.get(i), value), parentOf.get(i)));
      }
    }
    return references;
  }

  private List<Reference> byWholeTable(TableLayout layout, List<@Nullable Object[]> parents) {
    List<SqlType> types = new ArrayList<>();
    for (int position : childPositions) {
      types.add(child.columns().get(position).type());
    }
    KeyShape shape = KeyShape.of(types);
    Map<Object, Integer> wanted = new HashMap<>();
    for (int p = 0; p < parents.size(); p++) {
      var values = new @Nullable Object[types.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = KeyConversion.convert(parents.get(p)[parentPositions[i]], types.get(i));
      }
      wanted.put(shape.key(values), p);
    }
    RowReader reader = RowReader.ofAll(layout);
    var references = new ArrayList<Reference>();
    for (KvResponse.Row stored : scan(layout.primary().span())) {
      @Nullable Object[] row = reader.read(stored.key(), stored.value());
      var values = new @Nullable Object[types.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = row[childPositions[i]];
      }
      Integer found = hasNull(child, key.columns(), row) ? null : wanted.get(shape.key(values));
      if (found != null) {
        references.add(new Reference(row, found));
      }
    }
    return references;
  }

  private List<KvResponse.Row> scan(KeySpan span) {
    var all = new ArrayList<KvResponse.Row>();
    try (KvCursor cursor = run.kv().scan(span, false, false, 0, Lock.NONE)) {
      for (List<KvResponse.Row> page = cursor.next(); page != null; page = cursor.next()) {
        run.eval.checkCancelled();
        all.addAll(page);
      }
    }
    return all;
  }
}
