package dev.troupe.sql.syntax;

import dev.troupe.sql.syntax.ast.ObjectKind;
import dev.troupe.sql.syntax.ast.QualifiedName;
import dev.troupe.sql.syntax.ast.SchemaStatement;
import dev.troupe.sql.syntax.ast.Statement;

/** COMMENT ON. */
final class CommentParser {
  private final Grammar grammar;
  private final Tokens tokens;

  CommentParser(Grammar grammar) {
    this.grammar = grammar;
    this.tokens = grammar.tokens;
  }

  Statement comment() {
    int position = tokens.position();
    tokens.expect(Keyword.COMMENT, Keyword.ON);
    ObjectKind kind = new ObjectKindParser(tokens).kind();
    QualifiedName name = grammar.names.qualified();
    QualifiedName table = null;
    if (tokens.accept(Keyword.ON)) {
      tokens.accept(Keyword.DOMAIN);
      table = grammar.names.qualified();
    }
    tokens.expect(Keyword.IS);
    String text = tokens.accept(Keyword.NULL) ? null : tokens.expectString();
    return new SchemaStatement.Comment(kind, name, table, text, position);
  }
}
