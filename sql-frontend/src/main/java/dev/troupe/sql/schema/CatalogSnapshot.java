package dev.troupe.sql.schema;

import dev.troupe.protocol.model.Key;
import dev.troupe.sql.catalog.IndexDescriptor;
import dev.troupe.sql.catalog.Relation;
import dev.troupe.sql.catalog.SchemaDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All entries of the catalog at one version, with the ways to find them. Immutable: a change makes
 * another one.
 */
final class CatalogSnapshot {
  /** What a new cluster has. Its entries are written with the first change that is made. */
  static final CatalogSnapshot INITIAL =
      new CatalogSnapshot(0)
          .with(0, byKey(List.of(publicSchema(), new CatalogEntry.OfRole(Role.ROOT))));

  static final long PUBLIC_SCHEMA_ID = 2200;

  private final long version;
  private final Map<Key, CatalogEntry> entries = new HashMap<>();
  private final Map<Long, Relation> relations = new HashMap<>();
  private final Map<ObjectName, Long> names = new HashMap<>();

  /** Ids of tables by the OIDs of their indexes and constraints. */
  private final Map<Long, Long> tableOfPart = new HashMap<>();

  /** By the object that they are about. */
  private final Map<Long, List<Grant>> grants = new HashMap<>();

  private final TreeMap<String, SchemaDescriptor> schemas = new TreeMap<>();
  private final TreeMap<String, Role> roles = new TreeMap<>();

  private CatalogSnapshot(long version) {
    this.version = version;
  }

  /** What follows from this one by some changes; null stands for an entry that is gone. */
  CatalogSnapshot with(long newVersion, Map<Key, @Nullable CatalogEntry> changes) {
    CatalogSnapshot next = new CatalogSnapshot(newVersion);
    next.entries.putAll(entries);
    next.relations.putAll(relations);
    next.names.putAll(names);
    next.tableOfPart.putAll(tableOfPart);
    next.grants.putAll(grants);
    next.schemas.putAll(schemas);
    next.roles.putAll(roles);
    // First everything goes, then everything comes: names may move from one object to another.
    changes.keySet().forEach(next::forget);
    changes.values().forEach(next::learn);
    return next;
  }

  static Map<Key, @Nullable CatalogEntry> byKey(Collection<CatalogEntry> list) {
    Map<Key, @Nullable CatalogEntry> map = new HashMap<>();
    list.forEach(entry -> map.put(entry.key(), entry));
    return map;
  }

  static CatalogSnapshot of(long version, Collection<CatalogEntry> list) {
    return new CatalogSnapshot(version).with(version, byKey(list));
  }

  private static CatalogEntry publicSchema() {
    return new CatalogEntry.OfSchema(
        new SchemaDescriptor(PUBLIC_SCHEMA_ID, "public", Role.ROOT.name()));
  }

  private void forget(Key key) {
    switch (entries.remove(key)) {
      case null -> {}
      case CatalogEntry.OfSchema of -> schemas.remove(of.schema().name());
      case CatalogEntry.OfRole of -> roles.remove(of.role().name());
      case CatalogEntry.OfRelation of -> forgetRelation(of.relation());
      case CatalogEntry.OfComment of -> {}
      case CatalogEntry.OfGrant of -> setGrants(of.grant(), false);
    }
  }

  private void learn(@Nullable CatalogEntry entry) {
    if (entry == null) {
      return;
    }
    entries.put(entry.key(), entry);
    switch (entry) {
      case CatalogEntry.OfSchema of -> schemas.put(of.schema().name(), of.schema());
      case CatalogEntry.OfRole of -> roles.put(of.role().name(), of.role());
      case CatalogEntry.OfRelation of -> learnRelation(of.relation());
      case CatalogEntry.OfComment of -> {}
      case CatalogEntry.OfGrant of -> setGrants(of.grant(), true);
    }
  }

  /** Lists are shared with earlier versions, so that they are replaced instead of changed. */
  private void setGrants(Grant grant, boolean with) {
    List<Grant> now = new ArrayList<>(grants(grant.object()));
    if (with) {
      now.add(grant);
    } else {
      now.remove(grant);
    }
    if (now.isEmpty()) {
      grants.remove(grant.object());
    } else {
      grants.put(grant.object(), List.copyOf(now));
    }
  }

  private void forgetRelation(Relation relation) {
    relations.remove(relation.id());
    names.remove(new ObjectName(relation.schema(), relation.name()));
    if (relation instanceof TableDescriptor table) {
      Tables.indexes(table)
          .forEach(index -> names.remove(new ObjectName(table.schema(), index.name())));
      Tables.partOids(table).forEach(tableOfPart::remove);
    }
  }

  private void learnRelation(Relation relation) {
    relations.put(relation.id(), relation);
    names.put(new ObjectName(relation.schema(), relation.name()), relation.id());
    if (relation instanceof TableDescriptor table) {
      for (IndexDescriptor index : Tables.indexes(table)) {
        names.put(new ObjectName(table.schema(), index.name()), index.oid());
      }
      Tables.partOids(table).forEach(oid -> tableOfPart.put(oid, table.id()));
    }
  }

  long version() {
    return version;
  }

  @Nullable Relation relation(long id) {
    return relations.get(id);
  }

  /** OID of a relation or index. */
  @Nullable Long idOf(String schema, String name) {
    return names.get(new ObjectName(schema, name));
  }

  @Nullable Relation relation(String schema, String name) {
    Long id = idOf(schema, name);
    return id == null ? null : relations.get(id);
  }

  /** The table that an index or constraint belongs to. */
  @Nullable TableDescriptor tableOfPart(long oid) {
    Long table = tableOfPart.get(oid);
    return table != null && relations.get(table) instanceof TableDescriptor found ? found : null;
  }

  Collection<Relation> relations() {
    return Collections.unmodifiableCollection(relations.values());
  }

  Collection<SchemaDescriptor> schemas() {
    return Collections.unmodifiableCollection(schemas.values());
  }

  @Nullable SchemaDescriptor schema(String name) {
    return schemas.get(name);
  }

  Collection<Role> roles() {
    return Collections.unmodifiableCollection(roles.values());
  }

  @Nullable Role role(String name) {
    return roles.get(name);
  }

  @Nullable String comment(CommentTarget target) {
    return entries.get(CatalogKeys.comment(target)) instanceof CatalogEntry.OfComment comment
        ? comment.text()
        : null;
  }

  /** What was granted on an object. */
  List<Grant> grants(long object) {
    return grants.getOrDefault(object, List.of());
  }

  /** What was granted on all objects, in the order of their ids. */
  Map<Long, List<Grant>> grants() {
    return new TreeMap<>(grants);
  }

  Collection<CatalogEntry> entries() {
    return Collections.unmodifiableCollection(entries.values());
  }
}
