package dev.troupe.sql.syntax.ast;

import java.util.Locale;

/** Kinds of things that have a name in a database. Names are as in SQL. */
public enum ObjectKind {
  TABLE,
  COLUMN,
  CONSTRAINT,
  INDEX,
  VIEW,
  MATERIALIZED_VIEW,
  SEQUENCE,
  TYPE,
  DOMAIN,
  SCHEMA,
  DATABASE,
  EXTENSION,
  ROLE,
  FUNCTION,
  PROCEDURE,
  AGGREGATE,
  OPERATOR,
  COLLATION,
  CAST,
  TRIGGER,
  RULE,
  POLICY,
  LANGUAGE,
  TABLESPACE,
  PUBLICATION,
  SUBSCRIPTION,
  STATISTICS,
  SERVER,
  FOREIGN_TABLE,
  FOREIGN_DATA_WRAPPER,
  EVENT_TRIGGER,
  LARGE_OBJECT,
  PARAMETER;

  /** As it is written in statements. */
  public String sql() {
    return name().replace('_', ' ');
  }

  /** As it is written in messages. */
  public String phrase() {
    return sql().toLowerCase(Locale.ROOT);
  }
}
