package dev.troupe.sql.schema;

import dev.troupe.protocol.model.Key;
import dev.troupe.sql.catalog.ColumnDescriptor;
import dev.troupe.sql.catalog.ForeignKey;
import dev.troupe.sql.catalog.IndexDescriptor;
import dev.troupe.sql.catalog.Relation;
import dev.troupe.sql.catalog.SequenceDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.catalog.ViewDescriptor;
import java.util.ArrayList;
import java.util.List;

/** Who cannot be without whom. */
final class Dependents {
  private Dependents() {}

  /** Views that read a relation. */
  static List<ViewDescriptor> views(SchemaCatalog catalog, long relation) {
    List<ViewDescriptor> views = new ArrayList<>();
    for (Relation other : catalog.allRelations()) {
      if (other instanceof ViewDescriptor view && view.dependsOn().contains(relation)) {
        views.add(view);
      }
    }
    return views;
  }

  /**
   * Sequences that belong to columns of a table.
   *
   * @param column 0: all
   */
  static List<SequenceDescriptor> ownedSequences(
      SchemaCatalog catalog, TableDescriptor table, int column) {
    List<SequenceDescriptor> owned = new ArrayList<>();
    for (Relation other : catalog.allRelations()) {
      if (other instanceof SequenceDescriptor sequence
          && sequence.ownerTable() == table.id()
          && (column == 0 || sequence.ownerColumn() == column)) {
        owned.add(sequence);
      }
    }
    return owned;
  }

  /** Whether a column's default takes values of a sequence. */
  static boolean uses(ColumnDescriptor column, SequenceDescriptor sequence) {
    String text = column.defaultSql();
    return column.sequence() == sequence.id()
        || (text != null && text.contains(ColumnDefinition.nextValue(sequence)));
  }

  static void dropForeignKey(DdlContext context, long table, ForeignKey key) {
    TableDraft draft = new TableDraft(context.table(table));
    draft.foreignKeys.removeIf(other -> other.oid() == key.oid());
    TableDescriptor changed = draft.build();
    context.put(changed);
    new ConstraintDefinition(context).forgetReferring(key.table(), changed);
  }

  static void dropDefault(DdlContext context, long table, int column) {
    TableDraft draft = new TableDraft(context.table(table));
    draft.replace(column, change -> change.defaultSql(null).sequence(0));
    context.put(draft.build());
  }

  /** Foreign keys of tables, this one among them, that rely on a unique index of it. */
  static List<ForeignKey> relyingOn(
      DdlContext context, TableDescriptor table, IndexDescriptor index) {
    List<ForeignKey> relying = new ArrayList<>();
    for (long id : table.referencedBy()) {
      for (ForeignKey key : context.table(id).foreignKeys()) {
        if (key.table() != table.id()) {
          continue;
        }
        IndexDescriptor used = Tables.uniqueOver(table, key.references());
        if (used != null && used.id() == index.id()) {
          relying.add(key);
        }
      }
    }
    return relying;
  }

  /** Keys of comments and grants that go with a relation. */
  static List<Key> attached(CatalogSnapshot snapshot, Relation relation) {
    List<Key> keys = new ArrayList<>();
    List<Long> parts =
        relation instanceof TableDescriptor table ? Tables.partOids(table) : List.of();
    for (CatalogEntry entry : snapshot.entries()) {
      boolean attached =
          switch (entry) {
            case CatalogEntry.OfComment comment ->
                (comment.target().classId() == CommentTarget.RELATIONS
                        && comment.target().object() == relation.id())
                    || parts.contains(comment.target().object());
            case CatalogEntry.OfGrant of -> of.grant().object() == relation.id();
            case CatalogEntry.OfSchema of -> false;
            case CatalogEntry.OfRelation of -> false;
            case CatalogEntry.OfRole of -> false;
          };
      if (attached) {
        keys.add(entry.key());
      }
    }
    return keys;
  }
}
