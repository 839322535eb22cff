package dev.troupe.sql.vtable;

import dev.troupe.sql.catalog.Relation;
import dev.troupe.sql.catalog.SchemaDescriptor;
import dev.troupe.sql.catalog.SequenceDescriptor;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.schema.AccessObject;
import dev.troupe.sql.schema.AccessRights;
import dev.troupe.sql.schema.PrivilegeNames;
import dev.troupe.sql.schema.Role;
import dev.troupe.sql.schema.SchemaCatalog;
import dev.troupe.sql.schema.SchemaStatements;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What {@code has_table_privilege} and its like answer. */
final class AccessChecks {
  private static final String WITH_OPTION = " with grant option";

  private final SchemaCatalog catalog;

  private AccessChecks(SchemaCatalog catalog) {
    this.catalog = catalog;
  }

  /**
   * @param arguments maybe a user, then an object by name or OID, maybe a column, and privileges
   * @return null when an object that was given by its OID does not exist
   */
  static @Nullable Boolean hasPrivilege(
      SchemaCatalog catalog, String function, List<@Nullable Object> arguments) {
    List<Object> given = new ArrayList<>();
    for (Object argument : arguments) {
      if (argument == null) {
        return null;
      }
      given.add(argument);
    }
    return new AccessChecks(catalog).answer(function, given);
  }

  private @Nullable Boolean answer(String function, List<Object> arguments) {
    boolean ofColumn = function.equals("has_column_privilege");
    int without = ofColumn ? 3 : 2;
    List<Object> rest = new ArrayList<>(arguments);
    AccessRights rights =
        arguments.size() > without ? rightsOf(rest.removeFirst()) : catalog.rights();
    String words = rest.getLast().toString();
    Object object = rest.getFirst();
    return switch (function) {
      case "has_table_privilege" -> ofRelation(rights, relation(object), words, false);
      case "has_sequence_privilege" -> ofSequence(rights, relation(object), words);
      case "has_any_column_privilege" -> ofRelation(rights, relation(object), words, true);
      case "has_column_privilege" -> ofColumn(rights, relation(object), rest.get(1), words);
      case "has_schema_privilege" -> {
        SchemaDescriptor schema = schema(object);
        yield schema == null ? null : ofObject(rights, AccessObject.of(schema), words);
      }
      case "has_database_privilege" -> {
        AccessObject database = database(object);
        yield database == null ? null : ofObject(rights, database, words);
      }
      // Everybody may use everything of these kinds.
      default -> true;
    };
  }

  /** {@code pg_has_role}. */
  static @Nullable Boolean hasRole(SchemaCatalog catalog, List<@Nullable Object> arguments) {
    if (arguments.contains(null)) {
      return null;
    }
    var checks = new AccessChecks(catalog);
    AccessRights rights =
        arguments.size() > 2 ? checks.rightsOf(arguments.getFirst()) : catalog.rights();
    Role role = checks.role(arguments.get(arguments.size() - 2));
    if (role == null) {
      return false;
    }
    for (String word : words(String.valueOf(arguments.getLast()))) {
      boolean has =
          switch (word.toLowerCase(Locale.ROOT)) {
            case "usage" -> rights.hasRightsOf(role.name());
            case "member" -> rights.isMemberOf(role.name());
            case "usage with grant option",
                "usage with admin option",
                "member with grant option",
                "member with admin option" ->
                rights.isAdminOf(role);
            default -> throw unrecognized(word);
          };
      if (has) {
        return true;
      }
    }
    return false;
  }

  private static List<String> words(String text) {
    return List.of(text.strip().split("\\s*,\\s*"));
  }

  private static SqlException unrecognized(String word) {
    return SqlException.of(
        SqlState.INVALID_PARAMETER_VALUE, "unrecognized privilege type: \"%s\"", word);
  }

  // --- privileges ------------------------------------------------------------------------------

  /**
   * A privilege as these functions take it.
   *
   * @param grantable whether it is about handing it on
   */
  private record Wanted(String letter, boolean grantable) {
    static List<Wanted> of(String text, AccessObject object) {
      List<Wanted> all = new ArrayList<>();
      for (String word : words(text)) {
        String lower = word.toLowerCase(Locale.ROOT);
        boolean grantable = lower.endsWith(WITH_OPTION);
        int length = lower.length() - (grantable ? WITH_OPTION.length() : 0);
        String name = lower.substring(0, length);
        String letter = PrivilegeNames.letter(name);
        boolean known =
            letter != null && (object.letters().contains(letter) || isOfTables(object, letter));
        if (letter == null || !known) {
          throw unrecognized(word);
        }
        all.add(new Wanted(letter, grantable));
      }
      return all;
    }

    /** Sequences can be asked about as tables. */
    private static boolean isOfTables(AccessObject object, String letter) {
      return object.kind().equals("sequence") && "arwdDxt".contains(letter);
    }
  }

  private static boolean ofObject(AccessRights rights, AccessObject object, String words) {
    boolean any = false;
    for (Wanted wanted : Wanted.of(words, object)) {
      any |= rights.mayAny(object, List.of(wanted.letter()), wanted.grantable());
    }
    return any;
  }

  private static @Nullable Boolean ofRelation(
      AccessRights rights, @Nullable Relation relation, String words, boolean anyColumn) {
    if (relation == null) {
      return null;
    }
    AccessObject object = AccessObject.of(relation);
    boolean any = ofObject(rights, object, words);
    if (anyColumn && !any) {
      for (Wanted wanted : Wanted.of(words, object)) {
        any |= !wanted.grantable() && rights.mayAnyColumn(object, wanted.letter());
      }
    }
    return any;
  }

  private static @Nullable Boolean ofSequence(
      AccessRights rights, @Nullable Relation relation, String words) {
    if (relation == null) {
      return null;
    }
    if (!(relation instanceof SequenceDescriptor)) {
      throw SqlException.of(
          SqlState.WRONG_OBJECT_TYPE, "\"%s\" is not a sequence", relation.name());
    }
    return ofObject(rights, AccessObject.of(relation), words);
  }

  private static @Nullable Boolean ofColumn(
      AccessRights rights, @Nullable Relation relation, Object column, String words) {
    if (relation == null) {
      return null;
    }
    int number =
        column instanceof String name
            ? PrivilegeNames.number(relation, name)
            : ((Number) column).intValue();
    if (number == 0 && column instanceof String name) {
      throw SqlException.of(
          SqlState.UNDEFINED_COLUMN,
          "column \"%s\" of relation \"%s\" does not exist",
          name,
          relation.name());
    }
    AccessObject object = AccessObject.of(relation);
    boolean any = false;
    for (Wanted wanted : Wanted.of(words, object)) {
      List<String> letters =
          List.of(wanted.letter(), AccessObject.ofColumn(wanted.letter(), number));
      any |= rights.mayAny(object, letters, wanted.grantable());
    }
    return any;
  }

  // --- names and OIDs --------------------------------------------------------------------------

  private @Nullable Relation relation(Object object) {
    if (!(object instanceof String name)) {
      return catalog.relation(CatalogFunctions.oid(object));
    }
    Long oid = RegNames.resolve(catalog, "regclass", name);
    Relation found = oid == null ? null : catalog.relation(oid);
    if (found == null) {
      throw SqlException.of(
          SqlState.UNDEFINED_TABLE, "relation \"%s\" does not exist", name.strip());
    }
    return found;
  }

  private @Nullable SchemaDescriptor schema(Object object) {
    if (object instanceof String name) {
      SchemaDescriptor found = catalog.schema(name);
      if (found == null) {
        throw SqlException.of(SqlState.INVALID_SCHEMA_NAME, "schema \"%s\" does not exist", name);
      }
      return found;
    }
    long oid = CatalogFunctions.oid(object);
    return catalog.schemas().stream().filter(s -> s.id() == oid).findFirst().orElse(null);
  }

  private static @Nullable AccessObject database(Object object) {
    if (object instanceof String name && !name.equals(SchemaStatements.DATABASE)) {
      throw SqlException.of(SqlState.INVALID_CATALOG_NAME, "database \"%s\" does not exist", name);
    }
    boolean ours =
        object instanceof String || CatalogFunctions.oid(object) == SchemaStatements.DATABASE_ID;
    return ours ? AccessObject.database() : null;
  }

  private AccessRights rightsOf(@Nullable Object user) {
    if ("public".equals(user)) {
      return catalog.rightsOf("");
    }
    Role role = role(user);
    return catalog.rightsOf(role == null ? "" : role.name());
  }

  /** Null when nobody has the OID. */
  private @Nullable Role role(@Nullable Object user) {
    if (user instanceof String name) {
      Role found = catalog.role(name);
      if (found == null) {
        throw SqlException.of(SqlState.UNDEFINED_OBJECT, "role \"%s\" does not exist", name);
      }
      return found;
    }
    long oid = CatalogFunctions.oid(user);
    return catalog.roles().stream().filter(role -> role.id() == oid).findFirst().orElse(null);
  }
}
