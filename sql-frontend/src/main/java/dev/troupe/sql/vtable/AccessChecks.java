package dev.troupe.sql.vtable;

import dev.troupe.sql.catalog.Relation;
import dev.troupe.sql.catalog.VirtualTable;
import dev.troupe.sql.schema.Grant;
import dev.troupe.sql.schema.Role;
import dev.troupe.sql.schema.SchemaCatalog;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What {@code has_table_privilege} and its like answer. */
final class AccessChecks {
  private static final Map<String, String> LETTERS =
      Map.of(
          "SELECT", "r",
          "INSERT", "a",
          "UPDATE", "w",
          "DELETE", "d",
          "TRUNCATE", "D",
          "REFERENCES", "x",
          "TRIGGER", "t",
          "USAGE", "U");

  private AccessChecks() {}

  /**
   * @param arguments maybe a user, then an object by name or OID, maybe a column, and privileges
   */
  static @Nullable Boolean hasPrivilege(
      SchemaCatalog catalog, String function, List<@Nullable Object> arguments) {
    boolean ofTables =
        function.equals("has_table_privilege") || function.equals("has_sequence_privilege");
    if (!ofTables || arguments.contains(null)) {
      return arguments.contains(null) ? null : true;
    }
    Object user = arguments.size() > 2 ? arguments.getFirst() : null;
    Relation relation = relation(catalog, arguments.get(arguments.size() - 2));
    if (relation == null) {
      return null;
    }
    Role role = role(catalog, user);
    if (role == null
        || role.superuser()
        || relation instanceof VirtualTable
        || CatalogView.owner(relation).equals(role.name())) {
      return true;
    }
    String wanted = String.valueOf(arguments.getLast()).toUpperCase(Locale.ROOT);
    for (String privilege : wanted.split("\\s*,\\s*")) {
      if (isGranted(catalog, relation, role, privilege)) {
        return true;
      }
    }
    return false;
  }

  private static @Nullable Relation relation(SchemaCatalog catalog, @Nullable Object object) {
    Long oid =
        object instanceof String name
            ? RegNames.resolve(catalog, "regclass", name)
            : Long.valueOf(CatalogFunctions.oid(object));
    return oid == null ? null : catalog.relation(oid);
  }

  /** Null stands for the session's user, who was let in and asks for himself. */
  private static @Nullable Role role(SchemaCatalog catalog, @Nullable Object user) {
    if (user instanceof String name) {
      return catalog.role(name);
    }
    long oid = CatalogFunctions.oid(user);
    return catalog.roles().stream().filter(role -> role.id() == oid).findFirst().orElse(null);
  }

  private static boolean isGranted(
      SchemaCatalog catalog, Relation relation, Role role, String privilege) {
    boolean withOption = privilege.endsWith(" WITH GRANT OPTION");
    String letter = LETTERS.get(privilege.replace(" WITH GRANT OPTION", ""));
    for (Grant grant : catalog.grants(relation.id())) {
      boolean theirs =
          grant.grantee().isEmpty()
              || grant.grantee().equals(role.name())
              || role.memberOf().contains(grant.grantee());
      List<String> letters = withOption ? grant.grantable() : grant.privileges();
      if (theirs && letter != null && letters.contains(letter)) {
        return true;
      }
    }
    return false;
  }
}
