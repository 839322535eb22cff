package dev.troupe.sql.schema;

import dev.troupe.sql.syntax.ast.AccessStatement;
import dev.troupe.sql.syntax.ast.RoleName;
import java.util.Locale;

/** Statements about roles and privileges. */
final class AccessStatements {
  private final DdlContext context;

  AccessStatements(DdlContext context) {
    this.context = context;
  }

  /** Returns the tag. */
  String execute(AccessStatement statement) {
    RoleStatements roles = new RoleStatements(context);
    switch (statement) {
      case AccessStatement.CreateRole s -> {
        roles.create(s);
        return "CREATE ROLE";
      }
      case AccessStatement.AlterRole s -> {
        roles.alter(s);
        return "ALTER ROLE";
      }
      case AccessStatement.AlterRoleSetting s -> {
        roles.alterSetting(s);
        return "ALTER ROLE";
      }
      case AccessStatement.Privileges s -> {
        new GrantStatements(context).change(s);
        return verb(s.grant());
      }
      case AccessStatement.Membership s -> {
        roles.changeMembership(s);
        return verb(s.grant()) + " ROLE";
      }
      case AccessStatement.AlterDatabaseSetting s ->
          throw SchemaStatements.unsupported(
              "settings of a database are not supported", s.position());
      case AccessStatement.DefaultPrivileges s ->
          throw SchemaStatements.unsupported("default privileges are not supported", s.position());
      case AccessStatement.ReassignOwned s -> {
        RoleName to = s.to();
        for (RoleName from : s.from()) {
          new Ownership(context).reassign(roles.existing(from), roles.existing(to));
        }
        return "REASSIGN OWNED";
      }
      case AccessStatement.DropOwned s -> {
        new Ownership(context)
            .dropOwned(s.roles().stream().map(roles::existing).toList(), s.cascade());
        return "DROP OWNED";
      }
    }
  }

  private static String verb(boolean grant) {
    return (grant ? "grant" : "revoke").toUpperCase(Locale.ROOT);
  }
}
