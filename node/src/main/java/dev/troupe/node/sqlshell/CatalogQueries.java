package dev.troupe.node.sqlshell;

/** What the backslash commands ask of the catalog. Names come in as SQL literals. */
final class CatalogQueries {
  static final String DATABASES =
      """
      SELECT d.datname AS "Name", pg_get_userbyid(d.datdba) AS "Owner"
      FROM pg_catalog.pg_database d
      ORDER BY 1
      """;

  static final String SCHEMAS =
      """
      SELECT n.nspname AS "Name", pg_get_userbyid(n.nspowner) AS "Owner"
      FROM pg_catalog.pg_namespace n
      WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'troupe_internal')
      ORDER BY 1
      """;

  /** Names that can be typed where a table is meant. */
  static final String TABLE_NAMES =
      """
      SELECT c.relname
      FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'v')
        AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'troupe_internal')
      ORDER BY 1
      """;

  private CatalogQueries() {}

  /**
   * Tables and what is like them.
   *
   * @param kinds letters of pg_class.relkind, as literals
   * @param pattern for LIKE
   */
  static String relations(String kinds, String pattern) {
    return """
    SELECT n.nspname AS "Schema", c.relname AS "Name",
      CASE c.relkind WHEN 'r' THEN 'table' WHEN 'v' THEN 'view' WHEN 'S' THEN 'sequence'
        WHEN 'i' THEN 'index' END AS "Type",
      pg_get_userbyid(c.relowner) AS "Owner"
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN (%s) AND c.relname LIKE %s
      AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'troupe_internal')
    ORDER BY 1, 2
    """
        .formatted(kinds, pattern);
  }

  static String indexes(String pattern) {
    return """
    SELECT n.nspname AS "Schema", c.relname AS "Name", t.relname AS "Table",
      pg_get_userbyid(c.relowner) AS "Owner"
    FROM pg_catalog.pg_class c
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
      JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
    WHERE c.relname LIKE %s
      AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'troupe_internal')
    ORDER BY 1, 2
    """
        .formatted(pattern);
  }

  /** OID, kind, schema and name of what a name means here; fails when it means nothing. */
  static String relation(String name) {
    return """
    SELECT c.oid, c.relkind, n.nspname, c.relname
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.oid = %s::regclass
    """
        .formatted(name);
  }

  static String columns(String oid) {
    return """
    SELECT a.attname AS "Column", format_type(a.atttypid, a.atttypmod) AS "Type",
      CASE WHEN a.attnotnull THEN 'not null' ELSE '' END AS "Nullable",
      pg_get_expr(d.adbin, d.adrelid) AS "Default"
    FROM pg_catalog.pg_attribute a
      LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE a.attrelid = %s AND a.attnum > 0 AND NOT a.attisdropped
    ORDER BY a.attnum
    """
        .formatted(oid);
  }

  static String indexesOf(String oid) {
    return """
    SELECT c.relname,
      CASE WHEN i.indisprimary THEN 'PRIMARY KEY, ' WHEN i.indisunique THEN 'UNIQUE, ' ELSE '' END,
      pg_get_indexdef(i.indexrelid)
    FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
    WHERE i.indrelid = %s
    ORDER BY i.indisprimary DESC, c.relname
    """
        .formatted(oid);
  }

  /** Constraints of a table; {@code kind} is a literal of pg_constraint.contype. */
  static String constraintsOf(String oid, String kind) {
    return """
    SELECT r.conname, pg_get_constraintdef(r.oid)
    FROM pg_catalog.pg_constraint r
    WHERE r.conrelid = %s AND r.contype = %s
    ORDER BY 1
    """
        .formatted(oid, kind);
  }

  static String referencesTo(String oid) {
    return """
    SELECT t.relname, r.conname, pg_get_constraintdef(r.oid)
    FROM pg_catalog.pg_constraint r JOIN pg_catalog.pg_class t ON t.oid = r.conrelid
    WHERE r.confrelid = %s AND r.contype = 'f'
    ORDER BY 1, 2
    """
        .formatted(oid);
  }

  /** A text as a literal of SQL. */
  static String literal(String text) {
    return "'" + text.replace("'", "''") + "'";
  }
}
