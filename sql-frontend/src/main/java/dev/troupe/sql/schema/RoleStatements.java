package dev.troupe.sql.schema;

import dev.troupe.protocol.model.Key;
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
  /** Stands for WITH ADMIN OPTION among the letters of privileges. */
  static final String ADMIN = "m";

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
      case RoleName.OfSession ofSession -> context.catalog().sessionUser();
      case RoleName.Everybody everybody ->
          throw SqlException.of(SqlState.UNDEFINED_OBJECT, "role \"%s\" does not exist", "public")
              .at(everybody.position());
    };
  }

  private void checkMayChangeRoles(String what) {
    if (!context.rights().mayCreateRoles()) {
      throw new SqlException(
          SqlState.INSUFFICIENT_PRIVILEGE,
          what.equals("alter")
              ? "permission denied"
              : "permission denied to %s role".formatted(what));
    }
  }

  private boolean isSuperuser() {
    return context.rights().isSuperuser();
  }

  /** Only superusers may change superusers. */
  void checkMayChange(Role role, String what) {
    checkMayChangeRoles(what);
    if (role.superuser() && !isSuperuser()) {
      throw new SqlException(
          SqlState.INSUFFICIENT_PRIVILEGE, "must be superuser to %s superusers".formatted(what));
    }
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
    Role role = checkedPower(options.applyTo(base), "must be superuser to create superusers");
    options.inRoles().forEach(group -> role(group, statement.position()));
    put(role.withMemberOf(options.inRoles()));
    for (String member : options.members()) {
      addMember(name, member, statement.position());
    }
    Role created = role(name, statement.position());
    options.admins().forEach(member -> setAdmin(created, member, true));
  }

  private Role checkedPower(Role role, String complaint) {
    if (role.superuser() && !isSuperuser()) {
      throw new SqlException(SqlState.INSUFFICIENT_PRIVILEGE, complaint);
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
    String complaint = "must be superuser to alter superuser roles or change superuser attribute";
    checkedPower(old, complaint);
    put(checkedPower(options.applyTo(old), complaint));
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
    for (Name group : statement.memberships()) {
      Role role = role(group.text(), group.position());
      checkMayGrant(role);
      for (RoleName member : statement.roles()) {
        String memberName = existing(member);
        if (statement.grant()) {
          addMember(role.name(), memberName, statement.position());
          if (statement.adminOption()) {
            setAdmin(role, memberName, true);
          }
        } else {
          removeMember(role, memberName, statement);
        }
      }
    }
  }

  private void removeMember(Role group, String memberName, AccessStatement.Membership statement) {
    Role member = role(memberName, statement.position());
    if (!member.memberOf().contains(group.name())) {
      context
          .notices()
          .add(
              DdlResult.Notice.warning(
                  SqlState.WARNING,
                  "role \"%s\" is not a member of role \"%s\""
                      .formatted(memberName, group.name())));
      return;
    }
    setAdmin(group, memberName, false);
    if (!statement.adminOption()) {
      put(member.withMemberOf(without(member.memberOf(), group.name())));
    }
  }

  /** Whether a member may make others members. Kept as a grant whose object is the role. */
  private void setAdmin(Role group, String member, boolean admin) {
    Grant grant = new Grant(group.id(), member, "", List.of(ADMIN), List.of(ADMIN));
    CatalogEntry entry = new CatalogEntry.OfGrant(grant);
    if (admin) {
      context.changes().put(entry);
    } else if (context.snapshot().grants(group.id()).contains(grant)) {
      context.changes().remove(List.of(entry.key()));
    }
  }

  private void checkMayGrant(Role group) {
    if (group.superuser()) {
      if (!context.rights().isSuperuser()) {
        throw new SqlException(
            SqlState.INSUFFICIENT_PRIVILEGE, "must be superuser to alter superusers");
      }
      return;
    }
    boolean itself =
        group.name().equals(context.user()) && group.name().equals(context.catalog().sessionUser());
    if (!itself && !context.rights().isAdminOf(group) && !context.rights().mayCreateRoles()) {
      throw SqlException.of(
          SqlState.INSUFFICIENT_PRIVILEGE, "must have admin option on role \"%s\"", group.name());
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
      forget(role);
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

  private void forget(Role role) {
    List<Key> gone = new ArrayList<>();
    gone.add(CatalogKeys.role(role.id()));
    gone.add(CatalogKeys.comment(new CommentTarget(CommentTarget.ROLES, role.id(), 0)));
    for (Role group : context.catalog().roles()) {
      for (Grant grant : context.snapshot().grants(group.id())) {
        if (group.id() == role.id() || grant.grantee().equals(role.name())) {
          gone.add(new CatalogEntry.OfGrant(grant).key());
        }
      }
    }
    context.changes().remove(gone);
  }

  private void checkDroppable(Role role) {
    if (role.name().equals(context.user())) {
      throw new SqlException(SqlState.OBJECT_IN_USE, "current user cannot be dropped");
    }
    if (role.name().equals(context.catalog().sessionUser())) {
      throw new SqlException(SqlState.OBJECT_IN_USE, "session user cannot be dropped");
    }
    if (role.superuser() && !context.rights().isSuperuser()) {
      throw new SqlException(
          SqlState.INSUFFICIENT_PRIVILEGE, "must be superuser to drop superusers");
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
