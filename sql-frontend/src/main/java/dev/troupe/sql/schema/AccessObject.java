package dev.troupe.sql.schema;

import dev.troupe.sql.catalog.Relation;
import dev.troupe.sql.catalog.SchemaDescriptor;
import dev.troupe.sql.catalog.SequenceDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.catalog.ViewDescriptor;
import dev.troupe.sql.catalog.VirtualTable;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import java.util.List;
import java.util.Set;

/**
 * Something that privileges are about.
 *
 * @param kind what messages call it: {@code table}, {@code view} ...
 * @param letters of all privileges that there are on it, in the order in which they are shown
 * @param everybody those among them that everybody has unless they were taken away
 */
public record AccessObject(
    long id, String kind, String name, String owner, List<String> letters, List<String> everybody) {
  /** Letters of privileges that can be limited to columns. */
  static final String OF_COLUMNS = "arwx";

  private static final List<String> ON_TABLES = List.of("a", "r", "w", "d", "D", "x", "t");
  private static final List<String> ON_SEQUENCES = List.of("r", "w", "U");

  /** Tables of the system that hold secrets. */
  private static final Set<String> CONFIDENTIAL =
      Set.of("pg_authid", "pg_shadow", "pg_statistic", "pg_user_mapping", "pg_subscription");

  /** A relation. */
  public static AccessObject of(Relation relation) {
    return switch (relation) {
      case TableDescriptor table -> of(table, "table", table.owner(), ON_TABLES, List.of());
      case ViewDescriptor view -> of(view, "view", view.owner(), ON_TABLES, List.of());
      case SequenceDescriptor sequence ->
          of(sequence, "sequence", sequence.owner(), ON_SEQUENCES, List.of());
      case VirtualTable table ->
          of(
              table,
              table.schema().equals("pg_catalog") && !isView(table) ? "table" : "view",
              Role.ROOT.name(),
              ON_TABLES,
              CONFIDENTIAL.contains(table.name()) ? List.of() : List.of("r"));
    };
  }

  private static boolean isView(Relation system) {
    return system.name().equals("pg_shadow");
  }

  private static AccessObject of(
      Relation relation, String kind, String owner, List<String> letters, List<String> everybody) {
    return new AccessObject(relation.id(), kind, relation.name(), owner, letters, everybody);
  }

  /** A schema. Everybody may use those that are there from the beginning. */
  public static AccessObject of(SchemaDescriptor schema) {
    boolean initial = schema.id() < CatalogChanges.FIRST_ID;
    return new AccessObject(
        schema.id(),
        "schema",
        schema.name(),
        schema.owner(),
        List.of("U", "C"),
        initial ? List.of("U") : List.of());
  }

  /** The one database. */
  public static AccessObject database() {
    return new AccessObject(
        SchemaStatements.DATABASE_ID,
        "database",
        SchemaStatements.DATABASE,
        Role.ROOT.name(),
        List.of("C", "T", "c"),
        List.of("T", "c"));
  }

  /** A privilege that is about one column. */
  public static String ofColumn(String letter, int column) {
    return letter + column;
  }

  /** What whoever lacks a privilege is told. */
  public SqlException denied() {
    return SqlException.of(
        SqlState.INSUFFICIENT_PRIVILEGE, "permission denied for %s %s", kind, name);
  }

  /** What whoever does not own it is told. */
  SqlException notOwned() {
    return SqlException.of(SqlState.INSUFFICIENT_PRIVILEGE, "must be owner of %s %s", kind, name);
  }
}
