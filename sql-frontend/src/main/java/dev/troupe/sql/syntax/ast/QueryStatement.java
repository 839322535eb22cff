package dev.troupe.sql.syntax.ast;

/** A query as a statement: SELECT, VALUES, TABLE. */
public record QueryStatement(Query query) implements Statement {
  @Override
  public int position() {
    return query.position();
  }
}
