package dev.troupe.sql.syntax.ast;

/**
 * A statement. Its families are types of their own, so that each is handled where it belongs and by
 * switches that the compiler checks.
 */
public sealed interface Statement
    permits QueryStatement,
        DataStatement,
        SchemaStatement,
        AccessStatement,
        MaintenanceStatement,
        TransactionStatement,
        SessionStatement {
  /** Of its first character in the text that was parsed, from 0. */
  int position();
}
