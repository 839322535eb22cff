package dev.troupe.sql.syntax;

/** Which names may be spelt like a keyword without quotes. */
enum KeywordUse {
  /** PostgreSQL's non-reserved words. */
  ANY_NAME(true, true),
  /** Columns, tables: not functions and types. */
  COLUMN_NAME(true, false),
  /** Functions, types: not columns and tables. */
  FUNCTION_NAME(false, true),
  /** Reserved: labels behind AS only. */
  NO_NAME(false, false);

  final boolean forColumns;
  final boolean forFunctions;

  KeywordUse(boolean forColumns, boolean forFunctions) {
    this.forColumns = forColumns;
    this.forFunctions = forFunctions;
  }
}
