package dev.troupe.sql.schema;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.syntax.ast.AccessStatement;
import dev.troupe.sql.syntax.ast.Expression;
import dev.troupe.sql.syntax.ast.Name;
import dev.troupe.sql.syntax.ast.QualifiedName;
import dev.troupe.sql.syntax.ast.RoleName;
import dev.troupe.sql.syntax.ast.SchemaStatement.Drop;
import dev.troupe.sql.syntax.ast.SessionStatement.SettingChange;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** CREATE, ALTER and DROP ROLE, and who is a member of whom. */
final class RoleStatements {
  private final DdlContext context;

  RoleStatements(DdlContext context) {
    this.context = context;
  }

  Role role(String name, int position) {
    Role role = context.catalog().role(name);
    if (role == null) {
      throw SqlException.of(SqlState.UNDEFINED_OBJECT, "role \"%s\" does not exist", name)
          .at(position);
    }
    return role;
  }

  /** The name of a role that exists. */
  String existing(RoleName name) {
    return switch (name) {
      case RoleName.Named named -> role(named.name(), named.position()).name();
      case RoleName.Current current -> context.user();
      case RoleName.OfSession ofSession -> context.user();
      case RoleName.Everybody everybody ->
          throw SqlException.of(SqlState.UNDEFINED_OBJECT, "role \"%s\" does not exist", "public")
              .at(everybody.position());
    };
  }

  private void checkMayChangeRoles(String what) {
    Role me = context.catalog().role(context.user());
    if (me == null || !(me.superuser() || me.createRole())) {
      throw new SqlException(
          SqlState.INSUFFICIENT_PRIVILEGE, "permission denied to %s role".formatted(what));
    }
  }

  private boolean isSuperuser() {
    Role me = context.catalog().role(context.user());
    return me != null && me.superuser();
  }

  void create(AccessStatement.CreateRole statement) {
    checkMayChangeRoles("create");
    String name = statement.name().text();
    if (name.startsWith("pg_") || name.equals("public") || name.equals("none")) {
      throw SqlException.of(SqlState.RESERVED_NAME, "role name \"%s\" is reserved", name)
          .at(statement.name().position());
    }
    if (context.catalog().role(name) != null) {
      if (!statement.ifNotExists()) {
        throw SqlException.of(SqlState.DUPLICATE_OBJECT, "role \"%s\" already exists", name);
      }
      context.notice(SqlState.DUPLICATE_OBJECT, "role \"%s\" already exists, skipping", name);
      return;
    }
    RoleOptions options = new RoleOptions(statement.options());
    Role base =
        new Role(
            context.changes().nextId(),
            name,
            statement.kind() == AccessStatement.RoleKind.USER,
            false,
            false,
            false,
            true,
            null,
            -1,
            null,
            List.of(),
            List.of());
    Role role = checkedPower(options.applyTo(base), base);
    options.inRoles().forEach(group -> role(group, statement.position()));
    put(role.withMemberOf(options.inRoles()));
    options.members().forEach(member -> addMember(name, member, statement.position()));
  }

  private Role checkedPower(Role role, Role before) {
    if (role.superuser() && !isSuperuser()) {
      throw new SqlException(
          SqlState.INSUFFICIENT_PRIVILEGE,
          before.superuser()
              ? "must be superuser to alter superuser roles or change superuser attribute"
              : "must be superuser to create superusers");
    }
    return role;
  }

  private void put(Role role) {
    context.changes().put(new CatalogEntry.OfRole(role));
  }

  void alter(AccessStatement.AlterRole statement) {
    Role old = role(existing(statement.role()), statement.position());
    RoleOptions options = new RoleOptions(statement.options());
    if (!options.onlyPassword() || !old.name().equals(context.user())) {
      checkMayChangeRoles("alter");
    }
    if (old.superuser() && !isSuperuser()) {
      throw new SqlException(
          SqlState.INSUFFICIENT_PRIVILEGE,
          "must be superuser to alter superuser roles or change superuser attribute");
    }
    put(checkedPower(options.applyTo(old), old));
  }

  void alterSetting(AccessStatement.AlterRoleSetting statement) {
    RoleName of = statement.role();
    if (of == null || statement.database() != null) {
      throw SchemaStatements.unsupported(
          "settings of all roles or of a database are not supported", statement.position());
    }
    Role role = role(existing(of), statement.position());
    if (!role.name().equals(context.user())) {
      checkMayChangeRoles("alter");
    }
    List<String> settings = new ArrayList<>(role.settings());
    switch (statement.change()) {
      case SettingChange.Assign assign -> {
        remove(settings, assign.name());
        settings.add(assign.name() + "=" + value(assign.values()));
      }
      case SettingChange.Reset reset -> remove(settings, reset.name());
      case SettingChange.ResetAll all -> settings.clear();
      case SettingChange.FromCurrent from ->
          throw SchemaStatements.unsupported(
              "SET FROM CURRENT is not supported", statement.position());
    }
    put(role.withSettings(settings));
  }

  private static void remove(List<String> settings, String name) {
    settings.removeIf(setting -> setting.startsWith(name + "="));
  }

  private static String value(List<Expression> values) {
    List<String> texts = new ArrayList<>();
    for (Expression value : values) {
      texts.add(
          value instanceof Expression.StringLiteral text
              ? text.value()
              : ExpressionWriter.text(value));
    }
    return String.join(", ", texts);
  }

  void changeMembership(AccessStatement.Membership statement) {
    checkMayChangeRoles("alter");
    for (Name group : statement.memberships()) {
      String name = role(group.text(), group.position()).name();
      for (RoleName member : statement.roles()) {
        String memberName = existing(member);
        if (statement.grant()) {
          addMember(name, memberName, statement.position());
        } else {
          Role role = role(memberName, statement.position());
          put(role.withMemberOf(without(role.memberOf(), name)));
        }
      }
    }
  }

  private static List<String> without(List<String> names, String name) {
    return names.stream().filter(other -> !other.equals(name)).toList();
  }

  private void addMember(String group, String member, int position) {
    Role role = role(member, position);
    if (member.equals(group) || isMember(group, member)) {
      throw SqlException.of(
          SqlState.INVALID_GRANT_OPERATION,
          "role \"%s\" is a member of role \"%s\"",
          group,
          member);
    }
    if (role.memberOf().contains(group)) {
      context.notice(
          SqlState.SUCCESSFUL_COMPLETION,
          "role \"%s\" is already a member of role \"%s\"",
          member,
          group);
      return;
    }
    List<String> groups = new ArrayList<>(role.memberOf());
    groups.add(group);
    put(role.withMemberOf(groups));
  }

  /** Whether a role has the rights of another one, be it by way of others. */
  private boolean isMember(String role, String group) {
    Role found = context.catalog().role(role);
    return found != null
        && found.memberOf().stream().anyMatch(g -> g.equals(group) || isMember(g, group));
  }

  void drop(Drop statement) {
    checkMayChangeRoles("drop");
    Set<String> dropped = new LinkedHashSet<>();
    for (QualifiedName name : statement.names()) {
      Role role = context.catalog().role(name.last());
      if (role == null) {
        String message = "role \"%s\" does not exist".formatted(name.last());
        if (!statement.ifExists()) {
          throw new SqlException(SqlState.UNDEFINED_OBJECT, message).at(name.position());
        }
        context.notice(SqlState.UNDEFINED_OBJECT, "%s, skipping", message);
        continue;
      }
      checkDroppable(role);
      context.changes().remove(List.of(CatalogKeys.role(role.id())));
      dropped.add(role.name());
    }
    for (Role role : context.catalog().roles()) {
      List<String> groups =
          role.memberOf().stream().filter(group -> !dropped.contains(group)).toList();
      if (groups.size() < role.memberOf().size()) {
        put(role.withMemberOf(groups));
      }
    }
  }

  private void checkDroppable(Role role) {
    if (role.name().equals(context.user())) {
      throw new SqlException(SqlState.OBJECT_IN_USE, "current user cannot be dropped");
    }
    if (role.id() == Role.ROOT.id()) {
      throw SqlException.of(
          SqlState.DEPENDENT_OBJECTS_STILL_EXIST,
          "cannot drop role %s because it is required by the database system",
          role.name());
    }
    List<String> lines = new Ownership(context).describe(role.name());
    if (!lines.isEmpty()) {
      throw SqlException.of(
              SqlState.DEPENDENT_OBJECTS_STILL_EXIST,
              "role \"%s\" cannot be dropped because some objects depend on it",
              role.name())
          .withDetail(String.join("\n", lines));
    }
  }
}
