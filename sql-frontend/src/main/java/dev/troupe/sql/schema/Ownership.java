package dev.troupe.sql.schema;

import dev.troupe.sql.catalog.IndexDescriptor;
import dev.troupe.sql.catalog.Relation;
import dev.troupe.sql.catalog.SchemaDescriptor;
import dev.troupe.sql.catalog.SequenceDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.catalog.ViewDescriptor;
import dev.troupe.sql.catalog.VirtualTable;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.syntax.Identifiers;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

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

  /** An index, which belongs to its table's owner. */
  static AccessObject ofIndex(TableDescriptor table, long oid) {
    IndexDescriptor index = Tables.index(table, oid);
    String name = index == null ? table.name() : index.name();
    return new AccessObject(oid, "index", name, table.owner(), List.of(), List.of());
  }

  /** ALTER .. OWNER TO, of a relation that belongs to the user; its sequences follow. */
  void change(Relation relation, String to) {
    if (ownerOf(relation).equals(to)) {
      return;
    }
    context.requireMember(to);
    SchemaDescriptor schema = context.catalog().schema(relation.schema());
    if (schema != null && !context.rights().isSuperuser()) {
      context.catalog().rightsOf(to).require(AccessObject.of(schema), "C");
    }
    if (relation instanceof SequenceDescriptor sequence && sequence.ownerTable() != 0) {
      throw SqlException.of(
              SqlState.FEATURE_NOT_SUPPORTED,
              "cannot change owner of sequence \"%s\"",
              sequence.name())
          .withDetail(
              "Sequence \"%s\" is linked to table \"%s\"."
                  .formatted(sequence.name(), context.table(sequence.ownerTable()).name()));
    }
    move(relation, to);
    if (relation instanceof TableDescriptor table) {
      Dependents.ownedSequences(context.catalog(), table, 0)
          .forEach(sequence -> move(sequence, to));
    }
  }

  private void move(Relation relation, String to) {
    context.moveAccess(AccessObject.of(relation), to);
    context.put(Renaming.withOwner(relation, to));
  }

  void reassign(String from, String to) {
    checkMayDispose(from, "reassign");
    if (!context.rights().hasRightsOf(to)) {
      throw new SqlException(
          SqlState.INSUFFICIENT_PRIVILEGE, "permission denied to reassign objects");
    }
    owned(from).forEach(relation -> move(relation, to));
    List<CatalogEntry> entries = new ArrayList<>();
    for (SchemaDescriptor schema : context.snapshot().schemas()) {
      if (schema.owner().equals(from)) {
        context.moveAccess(AccessObject.of(schema), to);
        entries.add(
            new CatalogEntry.OfSchema(new SchemaDescriptor(schema.id(), schema.name(), to)));
      }
    }
    context.changes().putAll(entries);
  }

  private void checkMayDispose(String role, String what) {
    if (!context.rights().hasRightsOf(role)) {
      throw SqlException.of(
          SqlState.INSUFFICIENT_PRIVILEGE, "permission denied to %s objects", what);
    }
    if (role.equals(Role.ROOT.name())) {
      throw SqlException.of(
          SqlState.DEPENDENT_OBJECTS_STILL_EXIST,
          "cannot %s because they are required by the database system",
          what.equals("drop")
              ? "drop objects owned by role " + role
              : "reassign ownership of objects owned by role " + role);
    }
  }

  void dropOwned(List<String> roles, boolean cascade) {
    Dropping dropping = new Dropping(context);
    for (String role : roles) {
      checkMayDispose(role, "drop");
      owned(role).forEach(dropping::add);
    }
    List<SchemaDescriptor> schemas =
        context.snapshot().schemas().stream().filter(s -> roles.contains(s.owner())).toList();
    schemas.forEach(dropping::addSchema);
    dropping.carryOut(cascade);
    schemas.forEach(schema -> DropStatements.forget(context, schema));
    for (List<Grant> grants : context.snapshot().grants().values()) {
      AccessObject object = object(grants.getFirst().object());
      if (object != null) {
        AccessList access = new AccessList(object, grants);
        roles.forEach(access::forget);
        context.changes().apply(access.changes(grants));
      }
    }
  }

  /** What grants are about; null when it is gone. */
  private @Nullable AccessObject object(long id) {
    if (id == SchemaStatements.DATABASE_ID) {
      return AccessObject.database();
    }
    Relation relation = context.catalog().relation(id);
    if (relation != null) {
      return AccessObject.of(relation);
    }
    return context.snapshot().schemas().stream()
        .filter(schema -> schema.id() == id)
        .findFirst()
        .map(AccessObject::of)
        .orElse(null);
  }

  /** Sentences about what keeps a role from being dropped, in the order of the objects' ids. */
  List<String> describe(String role) {
    TreeMap<Long, List<String>> lines = new TreeMap<>();
    for (SchemaDescriptor schema : context.snapshot().schemas()) {
      if (schema.owner().equals(role)) {
        add(lines, schema.id(), "owner of schema " + Identifiers.quote(schema.name()));
      }
    }
    for (Relation relation : owned(role)) {
      add(
          lines,
          relation.id(),
          "owner of " + DdlContext.kind(relation) + " " + context.shown(relation));
    }
    context.snapshot().grants().forEach((id, grants) -> describe(role, id, grants, lines));
    return lines.values().stream().flatMap(List::stream).toList();
  }

  private static void add(TreeMap<Long, List<String>> lines, long object, String line) {
    lines.computeIfAbsent(object, id -> new ArrayList<>()).add(line);
  }

  private void describe(
      String role, long id, List<Grant> grants, TreeMap<Long, List<String>> lines) {
    AccessObject object = object(id);
    if (object == null || object.owner().equals(role)) {
      return;
    }
    TreeSet<String> found = new TreeSet<>();
    for (Grant grant : grants) {
      if (grant.grantee().equals(role) || grant.grantor().equals(role)) {
        grant.privileges().forEach(privilege -> found.add(described(object, privilege)));
      }
    }
    found.forEach(line -> add(lines, id, line));
  }

  private String described(AccessObject object, String privilege) {
    Relation relation = context.catalog().relation(object.id());
    if (relation == null) {
      return "privileges for " + object.kind() + " " + Identifiers.quote(object.name());
    }
    String on = object.kind() + " " + context.shown(relation);
    if (privilege.length() == 1) {
      return "privileges for " + on;
    }
    int number = Integer.parseInt(privilege.substring(1));
    String column =
        relation.columnNames().stream()
            .filter(name -> PrivilegeNames.number(relation, name) == number)
            .findFirst()
            .orElse("?");
    return "privileges for column %s of %s".formatted(Identifiers.quote(column), on);
  }

  private List<Relation> owned(String role) {
    return context.catalog().allRelations().stream()
        .filter(relation -> ownerOf(relation).equals(role))
        .toList();
  }
}
