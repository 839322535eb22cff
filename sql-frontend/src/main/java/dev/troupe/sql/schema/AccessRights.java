package dev.troupe.sql.schema;

import dev.troupe.sql.catalog.Relation;
import dev.troupe.sql.catalog.SchemaDescriptor;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What one role may do, by one version of the catalog. A role that does not exist has what
 * everybody has. Immutable.
 */
public final class AccessRights {
  private final CatalogSnapshot catalog;
  private final String role;
  private final boolean superuser;

  /** Roles whose privileges it has, and those that it is a member of. */
  private final Set<String> having;

  private final Set<String> memberOf;

  AccessRights(CatalogSnapshot catalog, String role) {
    this.catalog = catalog;
    this.role = role;
    Role found = catalog.role(role);
    this.superuser = found != null && found.superuser();
    this.having = reach(true);
    this.memberOf = reach(false);
  }

  private Set<String> reach(boolean onlyInherited) {
    Set<String> reached = new HashSet<>(Set.of(role));
    Deque<String> open = new ArrayDeque<>(reached);
    while (!open.isEmpty()) {
      Role next = catalog.role(open.poll());
      if (next == null || (onlyInherited && !next.inherit())) {
        continue;
      }
      for (String group : next.memberOf()) {
        if (reached.add(group)) {
          open.add(group);
        }
      }
    }
    return reached;
  }

  /** Whose rights these are. */
  public String role() {
    return role;
  }

  public boolean isSuperuser() {
    return superuser;
  }

  /** Whether it may do what another role may. */
  public boolean hasRightsOf(String other) {
    return superuser || having.contains(other);
  }

  /** Whether it may become another role. */
  public boolean isMemberOf(String other) {
    return superuser || memberOf.contains(other);
  }

  /** Whether it may make others members of a role. */
  public boolean isAdminOf(Role group) {
    return superuser
        || catalog.grants(group.id()).stream().anyMatch(g -> memberOf.contains(g.grantee()));
  }

  /** Whether it may create roles. */
  boolean mayCreateRoles() {
    Role found = catalog.role(role);
    return found != null && (found.superuser() || found.createRole());
  }

  boolean owns(AccessObject object) {
    return hasRightsOf(object.owner());
  }

  /** Whether it has a privilege on an object as a whole. */
  public boolean may(AccessObject object, String letter) {
    return superuser || has(object, Set.of(letter), false);
  }

  /** Whether it has any of some privileges, or with {@code grantable} may hand it on. */
  public boolean mayAny(AccessObject object, Collection<String> letters, boolean grantable) {
    return superuser || (grantable && owns(object)) || has(object, letters, grantable);
  }

  /** Whether it has a privilege on one column, by the table or by itself. */
  public boolean mayColumn(AccessObject object, String letter, int column) {
    return mayAny(object, List.of(letter, AccessObject.ofColumn(letter, column)), false);
  }

  /** Whether it has a privilege on a table, or on any column of it. */
  public boolean mayAnyColumn(AccessObject object, String letter) {
    if (superuser) {
      return true;
    }
    for (Grant grant : entries(object)) {
      if (isOurs(grant) && grant.privileges().stream().anyMatch(p -> p.startsWith(letter))) {
        return true;
      }
    }
    return false;
  }

  private boolean has(AccessObject object, Collection<String> letters, boolean grantable) {
    for (Grant grant : entries(object)) {
      List<String> granted = grantable ? grant.grantable() : grant.privileges();
      if (isOurs(grant) && granted.stream().anyMatch(letters::contains)) {
        return true;
      }
    }
    return false;
  }

  private boolean isOurs(Grant grant) {
    return grant.grantee().isEmpty() || having.contains(grant.grantee());
  }

  private List<Grant> entries(AccessObject object) {
    return new AccessList(object, catalog.grants(object.id())).grants();
  }

  // --- complaints ------------------------------------------------------------------------------

  /**
   * @throws dev.troupe.sql.error.SqlException INSUFFICIENT_PRIVILEGE
   */
  public void require(AccessObject object, String letter) {
    if (!may(object, letter)) {
      throw object.denied();
    }
  }

  /** The same for any of some privileges. */
  public void requireAny(AccessObject object, String... letters) {
    if (!mayAny(object, List.of(letters), false)) {
      throw object.denied();
    }
  }

  void requireOwner(AccessObject object) {
    if (!owns(object)) {
      throw object.notOwned();
    }
  }

  void requireOwner(Relation relation) {
    requireOwner(AccessObject.of(relation));
  }

  /** Whether names in a schema can be looked up. */
  boolean mayLookInto(SchemaDescriptor schema) {
    return may(AccessObject.of(schema), "U");
  }
}
