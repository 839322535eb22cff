package dev.troupe.sql.schema;

import dev.troupe.sql.catalog.ColumnDescriptor;
import dev.troupe.sql.catalog.Relation;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.syntax.ast.AccessStatement;
import dev.troupe.sql.syntax.ast.AccessStatement.Privilege;
import dev.troupe.sql.syntax.ast.Name;
import dev.troupe.sql.syntax.ast.ObjectKind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The words of privileges, and the letters by which they are kept. */
public final class PrivilegeNames {
  private static final Map<String, String> LETTERS =
      Map.ofEntries(
          Map.entry("insert", "a"),
          Map.entry("select", "r"),
          Map.entry("update", "w"),
          Map.entry("delete", "d"),
          Map.entry("truncate", "D"),
          Map.entry("references", "x"),
          Map.entry("trigger", "t"),
          Map.entry("usage", "U"),
          Map.entry("create", "C"),
          Map.entry("connect", "c"),
          Map.entry("temporary", "T"),
          Map.entry("temp", "T"));

  private final ObjectKind kind;
  private final List<Privilege> privileges;

  PrivilegeNames(AccessStatement.Privileges statement) {
    this.kind = statement.subject().kind();
    this.privileges = statement.privileges();
  }

  /** The letter of a word in lower case; null when there is no such privilege. */
  public static @Nullable String letter(String word) {
    return LETTERS.get(word);
  }

  /** What a statement names, of one object. */
  List<String> letters(AccessObject object, @Nullable Relation relation) {
    if (privileges.isEmpty()) {
      return object.letters();
    }
    TreeSet<String> letters = new TreeSet<>();
    for (Privilege privilege : privileges) {
      if (privilege.columns().isEmpty()) {
        letters.add(ofObject(privilege, object));
      } else {
        letters.addAll(ofColumns(privilege, object, relation));
      }
    }
    return List.copyOf(letters);
  }

  private String ofObject(Privilege privilege, AccessObject object) {
    String letter = known(privilege);
    // Sequences can be named as tables, with any privilege that they have.
    if (!object.letters().contains(letter)) {
      String called = object.kind().equals("view") ? "relation" : object.kind();
      boolean asTable = kind == ObjectKind.TABLE;
      throw invalid(privilege, asTable ? (letter.equals("U") ? "table" : "relation") : called);
    }
    return letter;
  }

  private static String known(Privilege privilege) {
    String letter = LETTERS.get(privilege.name());
    if (letter == null) {
      throw SqlException.of(
          SqlState.SYNTAX_ERROR, "unrecognized privilege type \"%s\"", privilege.name());
    }
    return letter;
  }

  private static SqlException invalid(Privilege privilege, String what) {
    return SqlException.of(
        SqlState.INVALID_GRANT_OPERATION,
        "invalid privilege type %s for %s",
        privilege.name().toUpperCase(Locale.ROOT),
        what);
  }

  private List<String> ofColumns(
      Privilege privilege, AccessObject object, @Nullable Relation relation) {
    if (kind != ObjectKind.TABLE || relation == null) {
      throw new SqlException(
          SqlState.INVALID_GRANT_OPERATION, "column privileges are only valid for relations");
    }
    boolean all = privilege.name().equals("all");
    String wanted = all ? AccessObject.OF_COLUMNS : known(privilege);
    if (!AccessObject.OF_COLUMNS.contains(wanted)) {
      throw invalid(privilege, "column");
    }
    List<String> letters = new ArrayList<>();
    for (Name name : privilege.columns()) {
      int column = number(relation, name.text());
      if (column == 0) {
        throw SqlException.of(
            SqlState.UNDEFINED_COLUMN,
            "column \"%s\" of relation \"%s\" does not exist",
            name.text(),
            relation.name());
      }
      for (String letter : wanted.split("")) {
        if (object.letters().contains(letter)) {
          letters.add(AccessObject.ofColumn(letter, column));
        }
      }
    }
    return letters;
  }

  /** The number of a column, as {@code pg_attribute.attnum}; 0 when there is no such. */
  public static int number(Relation relation, String column) {
    if (relation instanceof TableDescriptor table) {
      ColumnDescriptor found = table.column(column);
      return found == null || found.hidden() ? 0 : found.id();
    }
    return relation.columnNames().indexOf(column) + 1;
  }

  /** With a privilege on a table those on its columns are revoked, too. */
  static List<String> withColumns(Collection<String> letters, @Nullable Relation relation) {
    List<String> all = new ArrayList<>(letters);
    if (relation == null) {
      return all;
    }
    for (String letter : letters) {
      if (letter.length() == 1 && AccessObject.OF_COLUMNS.contains(letter)) {
        for (String column : relation.columnNames()) {
          all.add(AccessObject.ofColumn(letter, number(relation, column)));
        }
      }
    }
    return all;
  }
}
