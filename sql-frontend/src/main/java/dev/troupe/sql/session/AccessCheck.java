package dev.troupe.sql.session;

import dev.troupe.sql.analyze.Access;
import dev.troupe.sql.analyze.BoundStatement;
import dev.troupe.sql.catalog.Relation;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.schema.AccessObject;
import dev.troupe.sql.schema.AccessRights;
import dev.troupe.sql.schema.SchemaCatalog;

/**
 * Looks whether a role may do what a statement does. Once for a plan, which is good for one role
 * and one version of the catalog; running it costs nothing then.
 */
final class AccessCheck {
  private AccessCheck() {}

  /**
   * @throws SqlException INSUFFICIENT_PRIVILEGE, about the first relation that may not be used so
   */
  static void require(BoundStatement bound, SchemaCatalog catalog) {
    for (Access access : bound.access()) {
      String owner = access.owner();
      AccessRights rights = owner == null ? catalog.rights() : catalog.rightsOf(owner);
      Relation relation = catalog.relation(access.relation());
      if (relation != null && !rights.isSuperuser()) {
        require(access, AccessObject.of(relation), rights);
      }
    }
  }

  private static void require(Access access, AccessObject object, AccessRights rights) {
    for (Access.Kind kind : access.kinds()) {
      if (rights.may(object, kind.letter())) {
        continue;
      }
      boolean ofColumns = kind != Access.Kind.DELETE && rights.mayAnyColumn(object, kind.letter());
      for (Access.Column column : access.columns()) {
        ofColumns &=
            column.kind() != kind || rights.mayColumn(object, kind.letter(), column.number());
      }
      if (!ofColumns) {
        throw object.denied();
      }
    }
  }
}
