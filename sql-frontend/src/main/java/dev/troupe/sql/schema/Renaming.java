package dev.troupe.sql.schema;

import dev.troupe.protocol.model.Key;
import dev.troupe.sql.catalog.ColumnDescriptor;
import dev.troupe.sql.catalog.Relation;
import dev.troupe.sql.catalog.SequenceDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.catalog.ViewDescriptor;
import dev.troupe.sql.catalog.VirtualTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Gives relations other names. Stored texts name relations, so those that name a renamed one are
 * written anew.
 */
final class Renaming {
  private final DdlContext context;

  Renaming(DdlContext context) {
    this.context = context;
  }

  void rename(Relation relation, ObjectName name) {
    context.checkFree(name);
    put(List.of(new CatalogEntry.OfRelation(renamed(relation, name))));
  }

  /** Puts renamed relations, and with them all others whose texts name them. */
  void put(List<CatalogEntry> entries) {
    Map<Key, @Nullable CatalogEntry> all = new LinkedHashMap<>();
    entries.forEach(entry -> all.put(entry.key(), entry));
    Map<String, String> defaults = new LinkedHashMap<>();
    List<Rename> renames = new ArrayList<>();
    for (CatalogEntry entry : entries) {
      if (entry instanceof CatalogEntry.OfRelation(Relation now)
          && context.snapshot().relation(now.id()) instanceof Relation before) {
        renames.add(new Rename(before, now));
        if (before instanceof SequenceDescriptor old && now instanceof SequenceDescriptor next) {
          defaults.put(ColumnDefinition.nextValue(old), ColumnDefinition.nextValue(next));
        }
      }
    }
    rewriteDefaults(all, defaults);
    rewriteViews(all, renames);
    context.changes().apply(all);
  }

  private record Rename(Relation before, Relation now) {}

  private void rewriteDefaults(Map<Key, @Nullable CatalogEntry> all, Map<String, String> defaults) {
    for (Relation relation : context.catalog().allRelations()) {
      Key key = CatalogKeys.relation(relation.id());
      Relation latest = all.get(key) instanceof CatalogEntry.OfRelation(Relation r) ? r : relation;
      if (!(latest instanceof TableDescriptor table)) {
        continue;
      }
      TableDraft draft = new TableDraft(table);
      boolean changed = false;
      for (ColumnDescriptor column : table.columns()) {
        String text = column.defaultSql();
        String rewritten = text == null ? null : replaced(text, defaults);
        if (rewritten != null && !rewritten.equals(text)) {
          draft.replace(column.id(), c -> c.defaultSql(rewritten));
          changed = true;
        }
      }
      if (changed) {
        all.put(key, new CatalogEntry.OfRelation(draft.build()));
      }
    }
  }

  private static String replaced(String text, Map<String, String> replacements) {
    String result = text;
    for (Map.Entry<String, String> each : replacements.entrySet()) {
      result = result.replace(each.getKey(), each.getValue());
    }
    return result;
  }

  private void rewriteViews(Map<Key, @Nullable CatalogEntry> all, List<Rename> renames) {
    for (Rename rename : renames) {
      for (ViewDescriptor view : Dependents.views(context.catalog(), rename.before().id())) {
        Key key = CatalogKeys.relation(view.id());
        ViewDescriptor latest =
            all.get(key) instanceof CatalogEntry.OfRelation(ViewDescriptor v) ? v : view;
        String sql = StoredNames.replace(latest.sql(), rename.before(), rename.now());
        all.put(key, new CatalogEntry.OfRelation(withSql(latest, sql)));
      }
    }
  }

  static ViewDescriptor withSql(ViewDescriptor view, String sql) {
    return new ViewDescriptor(
        view.id(),
        view.schema(),
        view.name(),
        view.version() + 1,
        view.owner(),
        sql,
        view.columnNames(),
        view.columnTypes(),
        view.dependsOn());
  }

  /** The same relation under another name. */
  static Relation renamed(Relation relation, ObjectName name) {
    return changed(relation, name, null);
  }

  static Relation withOwner(Relation relation, String owner) {
    return changed(relation, new ObjectName(relation.schema(), relation.name()), owner);
  }

  private static Relation changed(Relation relation, ObjectName name, @Nullable String owner) {
    return switch (relation) {
      case TableDescriptor table -> {
        TableDraft draft = new TableDraft(table);
        draft.schema = name.schema();
        draft.name = name.name();
        draft.owner = owner == null ? table.owner() : owner;
        yield draft.build();
      }
      case ViewDescriptor view ->
          new ViewDescriptor(
              view.id(),
              name.schema(),
              name.name(),
              view.version() + 1,
              owner == null ? view.owner() : owner,
              view.sql(),
              view.columnNames(),
              view.columnTypes(),
              view.dependsOn());
      case SequenceDescriptor sequence ->
          Sequences.withName(sequence, name, owner == null ? sequence.owner() : owner);
      case VirtualTable virtual -> throw DdlContext.systemCatalog(virtual);
    };
  }
}
