package dev.troupe.sql.syntax;

import dev.troupe.sql.syntax.ast.Expression;
import dev.troupe.sql.syntax.ast.Statement;
import dev.troupe.sql.syntax.ast.TransactionStatement;
import dev.troupe.sql.syntax.ast.TransactionStatement.Isolation;
import dev.troupe.sql.syntax.ast.TransactionStatement.Modes;

/** Statements of transactions. */
final class TransactionParser {
  private final Grammar grammar;
  private final Tokens tokens;

  TransactionParser(Grammar grammar) {
    this.grammar = grammar;
    this.tokens = grammar.tokens;
  }

  Statement statement() {
    int position = tokens.position();
    if (tokens.accept(Keyword.BEGIN)) {
      acceptTransaction();
      return new TransactionStatement.Begin(false, modes(), position);
    }
    if (tokens.accept(Keyword.START)) {
      tokens.expect(Keyword.TRANSACTION);
      return new TransactionStatement.Begin(true, modes(), position);
    }
    if (tokens.accept(Keyword.PREPARE)) {
      tokens.expect(Keyword.TRANSACTION);
      return new TransactionStatement.PrepareTransaction(tokens.expectString(), position);
    }
    if (tokens.accept(Keyword.SAVEPOINT)) {
      return new TransactionStatement.Savepoint(grammar.names.name(), position);
    }
    if (tokens.accept(Keyword.RELEASE)) {
      tokens.accept(Keyword.SAVEPOINT);
      return new TransactionStatement.Release(grammar.names.name(), position);
    }
    if (tokens.at(Keyword.COMMIT) || tokens.at(Keyword.END)) {
      return commit(position);
    }
    return rollback(position);
  }

  private void acceptTransaction() {
    if (!tokens.accept(Keyword.WORK)) {
      tokens.accept(Keyword.TRANSACTION);
    }
  }

  private Statement commit(int position) {
    boolean end = tokens.at(Keyword.END);
    tokens.advance();
    if (!end && tokens.accept(Keyword.PREPARED)) {
      return new TransactionStatement.EndPrepared(true, tokens.expectString(), position);
    }
    acceptTransaction();
    return new TransactionStatement.Commit(acceptChain(), position);
  }

  private Statement rollback(int position) {
    boolean abort = tokens.at(Keyword.ABORT);
    tokens.advance();
    if (!abort && tokens.accept(Keyword.PREPARED)) {
      return new TransactionStatement.EndPrepared(false, tokens.expectString(), position);
    }
    acceptTransaction();
    if (!abort && tokens.accept(Keyword.TO)) {
      tokens.accept(Keyword.SAVEPOINT);
      return new TransactionStatement.RollbackTo(grammar.names.name(), position);
    }
    return new TransactionStatement.Rollback(acceptChain(), position);
  }

  /** AND CHAIN; AND NO CHAIN is what holds anyway. */
  private boolean acceptChain() {
    if (!tokens.accept(Keyword.AND)) {
      return false;
    }
    boolean chain = !tokens.accept(Keyword.NO);
    tokens.expect(Keyword.CHAIN);
    return chain;
  }

  /** Properties of a transaction, with or without commas between them. */
  Modes modes() {
    Isolation isolation = null;
    Boolean readOnly = null;
    Boolean deferrable = null;
    Expression asOf = null;
    boolean more = true;
    while (more) {
      if (tokens.accept(Keyword.ISOLATION)) {
        tokens.expect(Keyword.LEVEL);
        isolation = isolation();
      } else if (tokens.accept(Keyword.READ)) {
        readOnly = tokens.accept(Keyword.ONLY);
        if (!readOnly) {
          tokens.expect(Keyword.WRITE);
        }
      } else if (tokens.accept(Keyword.DEFERRABLE)) {
        deferrable = true;
      } else if (tokens.accept(Keyword.NOT, Keyword.DEFERRABLE)) {
        deferrable = false;
      } else if (grammar.queries.atAsOf()) {
        asOf = grammar.queries.acceptAsOf(null);
      } else {
        more = false;
      }
      if (more && tokens.accept(TokenKind.COMMA) && !atMode()) {
        throw tokens.unexpected();
      }
    }
    boolean none = isolation == null && readOnly == null && deferrable == null && asOf == null;
    return none ? Modes.NONE : new Modes(isolation, readOnly, deferrable, asOf);
  }

  private boolean atMode() {
    return tokens.at(Keyword.ISOLATION)
        || tokens.at(Keyword.READ)
        || tokens.at(Keyword.DEFERRABLE)
        || tokens.at(Keyword.NOT)
        || grammar.queries.atAsOf();
  }

  private Isolation isolation() {
    if (tokens.accept(Keyword.SERIALIZABLE)) {
      return Isolation.SERIALIZABLE;
    }
    if (tokens.accept(Keyword.REPEATABLE)) {
      tokens.expect(Keyword.READ);
      return Isolation.REPEATABLE_READ;
    }
    tokens.expect(Keyword.READ);
    if (tokens.accept(Keyword.COMMITTED)) {
      return Isolation.READ_COMMITTED;
    }
    tokens.expect(Keyword.UNCOMMITTED);
    return Isolation.READ_UNCOMMITTED;
  }
}
