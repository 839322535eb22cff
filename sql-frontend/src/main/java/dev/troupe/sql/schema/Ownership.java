package dev.troupe.sql.schema;

import dev.troupe.protocol.model.Key;
import dev.troupe.sql.catalog.Relation;
import dev.troupe.sql.catalog.SchemaDescriptor;
import dev.troupe.sql.catalog.SequenceDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.catalog.ViewDescriptor;
import dev.troupe.sql.catalog.VirtualTable;
import dev.troupe.sql.syntax.Identifiers;
import java.util.ArrayList;
import java.util.List;

/** What roles own. */
final class Ownership {
  private final DdlContext context;

  Ownership(DdlContext context) {
    this.context = context;
  }

  static String ownerOf(Relation relation) {
    return switch (relation) {
      case TableDescriptor table -> table.owner();
      case ViewDescriptor view -> view.owner();
      case SequenceDescriptor sequence -> sequence.owner();
      case VirtualTable virtual -> Role.ROOT.name();
    };
  }

  void reassign(String from, String to) {
    List<CatalogEntry> entries = new ArrayList<>();
    for (Relation relation : owned(from)) {
      entries.add(new CatalogEntry.OfRelation(Renaming.withOwner(relation, to)));
    }
    for (SchemaDescriptor schema : context.snapshot().schemas()) {
      if (schema.owner().equals(from)) {
        entries.add(
            new CatalogEntry.OfSchema(new SchemaDescriptor(schema.id(), schema.name(), to)));
      }
    }
    context.changes().putAll(entries);
  }

  void dropOwned(String role, boolean cascade) {
    Dropping dropping = new Dropping(context);
    owned(role).forEach(dropping::add);
    dropping.carryOut(cascade);
    List<Key> grants = new ArrayList<>();
    for (CatalogEntry entry : context.snapshot().entries()) {
      if (entry instanceof CatalogEntry.OfGrant of && of.grant().grantee().equals(role)) {
        grants.add(entry.key());
      }
    }
    context.changes().remove(grants);
  }

  /** Sentences about what keeps a role from being dropped. */
  List<String> describe(String role) {
    List<String> lines = new ArrayList<>();
    for (SchemaDescriptor schema : context.snapshot().schemas()) {
      if (schema.owner().equals(role)) {
        lines.add("owner of schema " + Identifiers.quote(schema.name()));
      }
    }
    for (Relation relation : owned(role)) {
      lines.add("owner of " + DdlContext.kind(relation) + " " + context.shown(relation));
    }
    for (CatalogEntry entry : context.snapshot().entries()) {
      if (entry instanceof CatalogEntry.OfGrant of
          && of.grant().grantee().equals(role)
          && context.catalog().relation(of.grant().object()) instanceof Relation on) {
        lines.add("privileges for " + DdlContext.kind(on) + " " + context.shown(on));
      }
    }
    return lines;
  }

  private List<Relation> owned(String role) {
    return context.catalog().allRelations().stream()
        .filter(relation -> ownerOf(relation).equals(role))
        .toList();
  }
}
