package dev.troupe.sql.analyze;

/** Where an expression stands, as far as it matters for what it may contain. */
enum Clause {
  SELECT_LIST("SELECT", true, true, true),
  WHERE("WHERE", false, false, false),
  JOIN_ON("JOIN conditions", false, false, false),
  GROUP_BY("GROUP BY", false, false, true),
  HAVING("HAVING", true, false, false),
  ORDER_BY("ORDER BY", true, true, true),
  DISTINCT_ON("DISTINCT ON", true, true, true),
  LIMIT("LIMIT", false, false, false),
  OFFSET("OFFSET", false, false, false),
  FILTER("FILTER", false, false, false),
  WINDOW_PARTITION("window definitions", true, false, false),
  WINDOW_FRAME("window frames", false, false, false),
  VALUES("VALUES", false, false, false),
  FROM_FUNCTION("functions in FROM", false, false, false),
  UPDATE("UPDATE", false, false, false),
  RETURNING("RETURNING", false, false, false),
  CHECK("check constraints", false, false, false),
  DEFAULT("DEFAULT expressions", false, false, false),
  GENERATED("column generation expressions", false, false, false),
  INDEX_PREDICATE("index predicates", false, false, false),
  INDEX_EXPRESSION("index expressions", false, false, false),
  AS_OF("AS OF SYSTEM TIME", false, false, false);

  private final String phrase;
  private final boolean aggregates;
  private final boolean windows;
  private final boolean sets;

  Clause(String phrase, boolean aggregates, boolean windows, boolean sets) {
    this.phrase = phrase;
    this.aggregates = aggregates;
    this.windows = windows;
    this.sets = sets;
  }

  /** As messages name it. */
  String phrase() {
    return phrase;
  }

  boolean allowsAggregates() {
    return aggregates;
  }

  boolean allowsWindows() {
    return windows;
  }

  boolean allowsSets() {
    return sets;
  }
}
