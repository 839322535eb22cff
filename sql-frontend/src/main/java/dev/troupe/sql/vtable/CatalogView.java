package dev.troupe.sql.vtable;

import dev.troupe.sql.catalog.Catalog;
import dev.troupe.sql.catalog.IndexDescriptor;
import dev.troupe.sql.catalog.Relation;
import dev.troupe.sql.catalog.SchemaDescriptor;
import dev.troupe.sql.catalog.SequenceDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.catalog.ViewDescriptor;
import dev.troupe.sql.catalog.VirtualTable;
import dev.troupe.sql.eval.EvalContext;
import dev.troupe.sql.schema.AccessObject;
import dev.troupe.sql.schema.Role;
import dev.troupe.sql.schema.SchemaCatalog;
import dev.troupe.sql.storage.KeyNames;
import java.util.ArrayList;
import java.util.List;

/** The catalog and the system as a reader of virtual tables sees them. */
record CatalogView(SchemaCatalog catalog, EvalContext context, SystemState system) {
  static CatalogView of(Catalog catalog, EvalContext context, SystemState system) {
    if (catalog instanceof SchemaCatalog schemas) {
      return new CatalogView(schemas, context, system);
    }
    throw new IllegalArgumentException("no catalog of schemas: " + catalog.getClass());
  }

  /** Keys as the reader may see them. */
  KeyNames keyNames() {
    return new KeyNames(
        id -> catalog.relation(id) instanceof TableDescriptor table ? table : null,
        table -> catalog.rights().may(AccessObject.of(table), "r"),
        context);
  }

  /** Kept relations and virtual ones. */
  List<Relation> relations() {
    List<Relation> all = new ArrayList<>(catalog.allRelations());
    all.addAll(catalog.virtualRelations());
    return all;
  }

  List<TableDescriptor> tables() {
    List<TableDescriptor> tables = new ArrayList<>();
    for (Relation relation : catalog.allRelations()) {
      if (relation instanceof TableDescriptor table) {
        tables.add(table);
      }
    }
    return tables;
  }

  List<SequenceDescriptor> sequences() {
    List<SequenceDescriptor> sequences = new ArrayList<>();
    for (Relation relation : catalog.allRelations()) {
      if (relation instanceof SequenceDescriptor sequence) {
        sequences.add(sequence);
      }
    }
    return sequences;
  }

  List<ViewDescriptor> views() {
    List<ViewDescriptor> views = new ArrayList<>();
    for (Relation relation : catalog.allRelations()) {
      if (relation instanceof ViewDescriptor view) {
        views.add(view);
      }
    }
    return views;
  }

  long schemaId(String name) {
    SchemaDescriptor schema = catalog.schema(name);
    return schema == null ? 0 : schema.id();
  }

  long roleId(String name) {
    Role role = catalog.role(name);
    return role == null ? Role.ROOT.id() : role.id();
  }

  static String owner(Relation relation) {
    return switch (relation) {
      case TableDescriptor table -> table.owner();
      case ViewDescriptor view -> view.owner();
      case SequenceDescriptor sequence -> sequence.owner();
      case VirtualTable virtual -> Role.ROOT.name();
    };
  }

  /** A column's number among those of an index: key columns first, then included ones. */
  static List<Integer> columnsOf(IndexDescriptor index) {
    List<Integer> columns = new ArrayList<>();
    index.keys().forEach(key -> columns.add(key.column()));
    columns.addAll(index.included());
    return columns;
  }
}
