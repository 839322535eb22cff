package dev.troupe.sql.syntax;

import dev.troupe.sql.syntax.ast.AccessStatement;
import dev.troupe.sql.syntax.ast.ObjectKind;
import dev.troupe.sql.syntax.ast.QualifiedName;
import dev.troupe.sql.syntax.ast.RoleName;
import dev.troupe.sql.syntax.ast.SchemaStatement;
import dev.troupe.sql.syntax.ast.Statement;
import java.util.List;

/** DROP. */
final class DropParser {
  private final Grammar grammar;
  private final Tokens tokens;

  DropParser(Grammar grammar) {
    this.grammar = grammar;
    this.tokens = grammar.tokens;
  }

  Statement drop() {
    int position = tokens.position();
    tokens.expect(Keyword.DROP);
    if (tokens.accept(Keyword.OWNED)) {
      tokens.expect(Keyword.BY);
      List<RoleName> roles = grammar.names.roles();
      return new AccessStatement.DropOwned(roles, tokens.acceptCascade(), position);
    }
    ObjectKind kind = new ObjectKindParser(tokens).kind();
    boolean concurrently = kind == ObjectKind.INDEX && tokens.accept(Keyword.CONCURRENTLY);
    boolean ifExists = tokens.acceptIfExists();
    List<QualifiedName> names =
        switch (kind) {
          case TRIGGER, RULE, POLICY -> List.of(ofTable());
          case FUNCTION, PROCEDURE, AGGREGATE -> tokens.list(this::routine);
          default -> grammar.names.qualifiedNames();
        };
    if (kind == ObjectKind.DATABASE) {
      acceptForce();
    }
    return new SchemaStatement.Drop(
        kind, names, ifExists, tokens.acceptCascade(), concurrently, position);
  }

  /** {@code name ON table}. */
  private QualifiedName ofTable() {
    QualifiedName name = grammar.names.qualified();
    tokens.expect(Keyword.ON);
    grammar.names.qualified();
    return name;
  }

  /** A name with types of arguments, which do not matter as long as there are no routines. */
  private QualifiedName routine() {
    QualifiedName name = grammar.names.function();
    if (tokens.accept(TokenKind.LEFT_PAREN)) {
      if (!tokens.at(TokenKind.RIGHT_PAREN) && !tokens.accept(TokenKind.STAR)) {
        tokens.list(grammar.types::type);
      }
      tokens.expect(TokenKind.RIGHT_PAREN);
    }
    return name;
  }

  /** {@code WITH (FORCE)}. */
  private void acceptForce() {
    boolean with = tokens.accept(Keyword.WITH);
    if (tokens.accept(TokenKind.LEFT_PAREN)) {
      tokens.expect(Keyword.FORCE);
      tokens.expect(TokenKind.RIGHT_PAREN);
    } else if (with) {
      throw tokens.unexpected();
    }
  }
}
