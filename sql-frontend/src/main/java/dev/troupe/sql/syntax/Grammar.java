package dev.troupe.sql.syntax;

import org.jspecify.annotations.Nullable;

/** The parsers of one text. They call each other, for most of what SQL has can nest. */
final class Grammar {
  final Tokens tokens;
  final NameParser names;
  final TypeNameParser types;
  final ExpressionParser expressions;
  final QueryParser queries;
  final IntoParser into;
  private @Nullable StatementParser statements;

  Grammar(String text) {
    tokens = new Tokens(text);
    names = new NameParser(tokens);
    types = new TypeNameParser(this);
    expressions = new ExpressionParser(this);
    queries = new QueryParser(this);
    into = new IntoParser(this);
  }

  StatementParser statements() {
    StatementParser created = statements;
    if (created == null) {
      created = new StatementParser(this);
      statements = created;
    }
    return created;
  }
}
