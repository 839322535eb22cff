package dev.troupe.sql.syntax.ast;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Statements about roles and what they may do. */
public sealed interface AccessStatement extends Statement {

  /** Words by which roles are created. */
  enum RoleKind {
    ROLE,
    USER,
    GROUP
  }

  /**
   * CREATE ROLE, USER or GROUP.
   *
   * @param options such as {@code login}, {@code nosuperuser}, {@code password} (without a value
   *     for PASSWORD NULL), {@code connection limit}, {@code valid until}, {@code in role}
   */
  record CreateRole(
      RoleKind kind, Name name, boolean ifNotExists, List<Option> options, int position)
      implements AccessStatement {
    public CreateRole {
      options = List.copyOf(options);
    }
  }

  record AlterRole(RoleName role, List<Option> options, int position) implements AccessStatement {
    public AlterRole {
      options = List.copyOf(options);
    }
  }

  /** ALTER ROLE .. SET and RESET; role is null for ALL, database for any. */
  record AlterRoleSetting(
      @Nullable RoleName role,
      @Nullable Name database,
      SessionStatement.SettingChange change,
      int position)
      implements AccessStatement {}

  /** ALTER DATABASE .. SET and RESET. */
  record AlterDatabaseSetting(Name database, SessionStatement.SettingChange change, int position)
      implements AccessStatement {}

  /**
   * GRANT and REVOKE of privileges.
   *
   * @param grant otherwise revoke
   * @param privileges all when empty
   * @param withGrantOption of GRANT; or GRANT OPTION FOR of REVOKE
   */
  record Privileges(
      boolean grant,
      List<Privilege> privileges,
      GrantSubject subject,
      List<RoleName> roles,
      boolean withGrantOption,
      boolean cascade,
      int position)
      implements AccessStatement {
    public Privileges {
      privileges = List.copyOf(privileges);
      roles = List.copyOf(roles);
    }
  }

  /** A privilege in lower case, and the columns that it is limited to. */
  record Privilege(String name, List<Name> columns, int position) {
    public Privilege {
      columns = List.copyOf(columns);
    }
  }

  /**
   * What privileges are about.
   *
   * @param allInSchemas names are those of schemas: ALL TABLES IN SCHEMA
   */
  record GrantSubject(ObjectKind kind, boolean allInSchemas, List<QualifiedName> names) {
    public GrantSubject {
      names = List.copyOf(names);
    }
  }

  /** GRANT and REVOKE of membership. */
  record Membership(
      boolean grant,
      List<Name> memberships,
      List<RoleName> roles,
      boolean adminOption,
      boolean cascade,
      int position)
      implements AccessStatement {
    public Membership {
      memberships = List.copyOf(memberships);
      roles = List.copyOf(roles);
    }
  }

  /** ALTER DEFAULT PRIVILEGES. */
  record DefaultPrivileges(
      List<RoleName> ofRoles, List<Name> schemas, Privileges change, int position)
      implements AccessStatement {
    public DefaultPrivileges {
      ofRoles = List.copyOf(ofRoles);
      schemas = List.copyOf(schemas);
    }
  }

  /** REASSIGN OWNED BY .. TO. */
  record ReassignOwned(List<RoleName> from, RoleName to, int position) implements AccessStatement {
    public ReassignOwned {
      from = List.copyOf(from);
    }
  }

  /** DROP OWNED BY. */
  record DropOwned(List<RoleName> roles, boolean cascade, int position) implements AccessStatement {
    public DropOwned {
      roles = List.copyOf(roles);
    }
  }
}
