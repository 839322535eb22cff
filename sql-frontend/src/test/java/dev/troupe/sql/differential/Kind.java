package dev.troupe.sql.differential;

/** Types that random expressions have. */
enum Kind {
  INT("int"),
  BIGINT("bigint"),
  NUMERIC("numeric"),
  TEXT("text"),
  BOOL("bool"),
  DATE("date"),
  TIMESTAMP("timestamp"),
  FLOAT("float8");

  private final String sql;

  Kind(String sql) {
    this.sql = sql;
  }

  String sql() {
    return sql;
  }

  boolean isNumber() {
    return this == INT || this == BIGINT || this == NUMERIC;
  }
}
