package dev.troupe.sql.vtable;

import dev.troupe.sql.schema.AccessObject;
import dev.troupe.sql.schema.Role;
import dev.troupe.sql.schema.SchemaStatements;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Roles, and the database. */
final class RoleTables {
  static final Map<String, ProducedTable.Producer> PRODUCERS =
      Map.of(
          "pg_authid", RoleTables::authIds,
          "pg_roles", RoleTables::roles,
          "pg_user", (view, rows) -> users(view, rows),
          "pg_shadow", (view, rows) -> users(view, rows),
          "pg_group", RoleTables::groups,
          "pg_auth_members", RoleTables::members,
          "pg_database", RoleTables::databases);

  private static final int UTF8 = 6;
  private static final String HIDDEN = "********";

  private RoleTables() {}

  private static void authIds(CatalogView view, RowWriter rows) {
    for (Role role : view.catalog().roles()) {
      role(rows, role, secret(view, role));
    }
  }

  /** Verifiers of passwords are shown to superusers alone, as in PostgreSQL. */
  private static @Nullable String secret(CatalogView view, Role role) {
    Role reader = view.catalog().role(view.context().session().currentUser());
    boolean maySee = reader != null && reader.superuser();
    return maySee || role.secret() == null ? role.secret() : HIDDEN;
  }

  private static void roles(CatalogView view, RowWriter rows) {
    for (Role role : view.catalog().roles()) {
      role(rows, role, HIDDEN)
          .set("rolconfig", role.settings().isEmpty() ? null : RowWriter.texts(role.settings()));
    }
  }

  private static RowWriter role(RowWriter rows, Role role, @Nullable String secret) {
    return rows.row()
        .set("oid", role.id())
        .set("rolname", role.name())
        .set("rolsuper", role.superuser())
        .set("rolinherit", role.inherit())
        .set("rolcreaterole", role.createRole())
        .set("rolcreatedb", role.createDatabase())
        .set("rolcanlogin", role.login())
        .set("rolreplication", false)
        .set("rolbypassrls", role.superuser())
        .set("rolconnlimit", role.connectionLimit())
        .set("rolpassword", secret);
  }

  private static void users(CatalogView view, RowWriter rows) {
    for (Role role : view.catalog().roles()) {
      if (role.login()) {
        rows.row()
            .set("usename", role.name())
            .set("usesysid", role.id())
            .set("usecreatedb", role.createDatabase())
            .set("usesuper", role.superuser())
            .set("usebypassrls", role.superuser())
            .set("passwd", HIDDEN);
      }
    }
  }

  private static void groups(CatalogView view, RowWriter rows) {
    for (Role role : view.catalog().roles()) {
      if (!role.login()) {
        rows.row().set("groname", role.name()).set("grosysid", role.id());
      }
    }
  }

  private static void members(CatalogView view, RowWriter rows) {
    for (Role role : view.catalog().roles()) {
      for (String group : role.memberOf()) {
        long id = view.roleId(group);
        boolean admin =
            view.catalog().grants(id).stream().anyMatch(g -> g.grantee().equals(role.name()));
        rows.row()
            .set("roleid", id)
            .set("member", role.id())
            .set("admin_option", admin)
            .set("grantor", Role.ROOT.id());
      }
    }
  }

  private static void databases(CatalogView view, RowWriter rows) {
    rows.row()
        .set("oid", SchemaStatements.DATABASE_ID)
        .set("datname", SchemaStatements.DATABASE)
        .set("datdba", Role.ROOT.id())
        .set("encoding", UTF8)
        .set("datlocprovider", "c")
        .set("datallowconn", true)
        .set("datconnlimit", -1)
        .set("dattablespace", 1663L)
        .set("datcollate", "C")
        .set("datctype", "C")
        .set("datacl", Privileges.acl(view, AccessObject.database()));
  }
}
