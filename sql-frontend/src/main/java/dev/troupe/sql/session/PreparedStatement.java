package dev.troupe.sql.session;

import dev.troupe.sql.syntax.ast.Statement;
import dev.troupe.sql.type.SqlType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A statement that was parsed and can be run with values. Owned by the session's thread. */
final class PreparedStatement {
  private final String name;
  private final String sql;
  private final @Nullable Statement ast;
  private final List<SqlType> declared;
  private final boolean fromSql;
  private final long preparedMicros;
  private @Nullable Plan plan;
  private @Nullable List<SqlType> parameters;
  private @Nullable List<ResultColumn> columns;
  private boolean described;
  private @Nullable StatementTally tally;

  /**
   * @param ast null: an empty statement
   * @param declared types that were given, UNKNOWN where none was
   * @param fromSql whether PREPARE made it
   */
  PreparedStatement(
      String name,
      String sql,
      @Nullable Statement ast,
      List<SqlType> declared,
      boolean fromSql,
      long preparedMicros) {
    this.name = name;
    this.sql = sql;
    this.ast = ast;
    this.declared = List.copyOf(declared);
    this.fromSql = fromSql;
    this.preparedMicros = preparedMicros;
  }

  String name() {
    return name;
  }

  String sql() {
    return sql;
  }

  @Nullable Statement ast() {
    return ast;
  }

  /** Where its runs are counted when a user runs it. */
  StatementTally tally(StatementBook book, String user) {
    StatementTally known = tally;
    if (known == null || known.isForgotten() || !known.user().equals(user)) {
      known = book.tally(user, sql);
      tally = known;
    }
    return known;
  }

  List<SqlType> declared() {
    return declared;
  }

  boolean fromSql() {
    return fromSql;
  }

  long preparedMicros() {
    return preparedMicros;
  }

  /** As last planned; may be out of date. */
  @Nullable Plan plan() {
    return plan;
  }

  void planned(@Nullable Plan now, List<SqlType> types, @Nullable List<ResultColumn> result) {
    plan = now;
    parameters = types;
    columns = result;
    described = true;
  }

  boolean isDescribed() {
    return described;
  }

  List<SqlType> parameters() {
    List<SqlType> types = parameters;
    return types == null ? declared : types;
  }

  @Nullable List<ResultColumn> columns() {
    return columns;
  }
}
