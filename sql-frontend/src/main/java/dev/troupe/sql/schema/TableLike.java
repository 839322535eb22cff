package dev.troupe.sql.schema;

import dev.troupe.sql.catalog.CheckConstraint;
import dev.troupe.sql.catalog.ColumnDescriptor;
import dev.troupe.sql.catalog.ColumnDescriptor.Identity;
import dev.troupe.sql.catalog.ElementState;
import dev.troupe.sql.catalog.IndexDescriptor;
import dev.troupe.sql.catalog.Relation;
import dev.troupe.sql.catalog.SequenceDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.syntax.ast.TableElement;
import dev.troupe.sql.syntax.ast.TableElement.LikeProperty;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** LIKE inside of CREATE TABLE: copies of another relation's columns and what belongs to them. */
final class TableLike {
  private final DdlContext context;
  private final SequenceStatements sequences;
  private final TableDraft draft;
  private final Relation source;
  private final Set<LikeProperty> included = EnumSet.noneOf(LikeProperty.class);

  /** New ids of columns by the ids that they have in the source. */
  private final Map<Integer, Integer> copies = new HashMap<>();

  TableLike(
      DdlContext context, SequenceStatements sequences, TableDraft draft, TableElement.Like like) {
    this.context = context;
    this.sequences = sequences;
    this.draft = draft;
    this.source = context.relation(like.table());
    if (source instanceof SequenceDescriptor) {
      throw SqlException.of(
              SqlState.WRONG_OBJECT_TYPE,
              "relation \"%s\" is invalid in LIKE clause",
              source.name())
          .at(like.position());
    }
    context.rights().require(AccessObject.of(source), "r");
    for (TableElement.LikeOption option : like.options()) {
      Set<LikeProperty> meant =
          option.property() == LikeProperty.ALL
              ? EnumSet.allOf(LikeProperty.class)
              : EnumSet.of(option.property());
      if (option.including()) {
        included.addAll(meant);
      } else {
        included.removeAll(meant);
      }
    }
  }

  void addColumns() {
    if (!(source instanceof TableDescriptor table)) {
      for (int i = 0; i < source.columnNames().size(); i++) {
        String name = source.columnNames().get(i);
        ColumnDefinition.checkName(draft, name, -1);
        draft.columns.add(
            new ColumnDraft(draft.takeColumnId(), name, source.columnTypes().get(i)).build());
      }
      return;
    }
    for (ColumnDescriptor column : table.visibleColumns()) {
      ColumnDefinition.checkName(draft, column.name(), -1);
      int id = draft.takeColumnId();
      copies.put(column.id(), id);
      draft.columns.add(copy(column, id));
    }
  }

  private ColumnDescriptor copy(ColumnDescriptor column, int id) {
    ColumnDraft copy =
        new ColumnDraft(id, column.name(), column.type()).nullable(column.nullable());
    if (included.contains(LikeProperty.GENERATED)) {
      copy.generatedSql(column.generatedSql());
    }
    if (column.identity() != Identity.NONE) {
      if (included.contains(LikeProperty.IDENTITY)) {
        SequenceDescriptor sequence =
            sequences.createFor(draft, id, column.name(), column.type(), List.of());
        copy.identity(column.identity())
            .sequence(sequence.id())
            .defaultSql(ColumnDefinition.nextValue(sequence));
      }
    } else if (included.contains(LikeProperty.DEFAULTS)) {
      copy.defaultSql(column.defaultSql());
    }
    return copy.build();
  }

  void addPrimaryKey() {
    if (source instanceof TableDescriptor table
        && included.contains(LikeProperty.INDEXES)
        && Tables.hasPrimaryKey(table)) {
      if (draft.hasPrimary()) {
        throw TableCreation.multiplePrimaryKeys(draft);
      }
      String name =
          ObjectNaming.relation(context.catalog(), draft.schema, draft.name, List.of(), "pkey");
      draft.setPrimary(copy(table.primary(), name));
    }
  }

  void addOthers() {
    if (!(source instanceof TableDescriptor table)) {
      return;
    }
    if (included.contains(LikeProperty.INDEXES)) {
      for (IndexDescriptor index : table.indexes()) {
        List<String> columns = Tables.names(table, Tables.keyColumns(index));
        String word = index.constraint() ? "key" : "idx";
        draft.indexes.add(
            copy(index, ObjectNaming.constraint(draft.name, columns, word, this::isTaken)));
      }
    }
    if (included.contains(LikeProperty.CONSTRAINTS)) {
      for (CheckConstraint check : table.checks()) {
        draft.checkNewConstraint(check.name());
        draft.checks.add(
            new CheckConstraint(context.changes().nextId(), check.name(), check.sql(), true));
      }
    }
  }

  private boolean isTaken(String name) {
    return context.catalog().isTaken(draft.schema, name)
        || draft.indexes.stream().anyMatch(index -> index.name().equals(name));
  }

  private IndexDescriptor copy(IndexDescriptor index, String name) {
    List<IndexDescriptor.Key> keys = new ArrayList<>();
    for (IndexDescriptor.Key key : index.keys()) {
      keys.add(
          new IndexDescriptor.Key(
              copies.getOrDefault(key.column(), 0), key.descending(), key.nullsFirst()));
    }
    return new IndexDescriptor(
        draft.takeIndexId(),
        context.changes().nextId(),
        name,
        index.unique(),
        index.primary(),
        index.constraint(),
        keys,
        index.included().stream().map(column -> copies.getOrDefault(column, 0)).toList(),
        index.predicateSql(),
        ElementState.PUBLIC);
  }

  void copyComments(TableDescriptor table) {
    if (!included.contains(LikeProperty.COMMENTS)) {
      return;
    }
    List<CatalogEntry> comments = new ArrayList<>();
    copies.forEach(
        (from, to) -> {
          String text =
              context
                  .catalog()
                  .comment(new CommentTarget(CommentTarget.RELATIONS, source.id(), from));
          if (text != null) {
            comments.add(
                new CatalogEntry.OfComment(
                    new CommentTarget(CommentTarget.RELATIONS, table.id(), to), text));
          }
        });
    context.changes().putAll(comments);
  }
}
