package dev.troupe.sql.syntax;

import dev.troupe.sql.syntax.ast.DataStatement.Copy;
import dev.troupe.sql.syntax.ast.DataStatement.CopyEnd;
import dev.troupe.sql.syntax.ast.DataStatement.CopySubject;
import dev.troupe.sql.syntax.ast.Expression;
import dev.troupe.sql.syntax.ast.Name;
import dev.troupe.sql.syntax.ast.Option;
import dev.troupe.sql.syntax.ast.QualifiedName;
import dev.troupe.sql.syntax.ast.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** COPY, with options in parentheses and in the older spelling without. */
final class CopyParser {
  private final Grammar grammar;
  private final Tokens tokens;

  CopyParser(Grammar grammar) {
    this.grammar = grammar;
    this.tokens = grammar.tokens;
  }

  Copy copy() {
    int position = tokens.position();
    tokens.expect(Keyword.COPY);
    List<Option> options = new ArrayList<>();
    int binaryAt = tokens.position();
    if (tokens.accept(Keyword.BINARY)) {
      options.add(option("format", "binary", binaryAt));
    }
    CopySubject subject = subject();
    boolean from = subject instanceof CopySubject.OfTable && tokens.accept(Keyword.FROM);
    if (!from) {
      tokens.expect(Keyword.TO);
    }
    CopyEnd end = end();
    acceptDelimiters(options);
    tokens.accept(Keyword.WITH);
    if (tokens.at(TokenKind.LEFT_PAREN)) {
      options.addAll(new OptionParser(grammar).generic());
    } else {
      olderOptions(options);
    }
    Expression where = from ? grammar.queries.selects().acceptCondition(Keyword.WHERE) : null;
    return new Copy(subject, from, end, options, where, position);
  }

  private static Option option(String name, String value, int position) {
    return new Option(name, List.of(value), position);
  }

  private CopySubject subject() {
    if (tokens.accept(TokenKind.LEFT_PAREN)) {
      Statement statement = grammar.statements().preparable();
      tokens.expect(TokenKind.RIGHT_PAREN);
      return new CopySubject.OfStatement(statement);
    }
    QualifiedName table = grammar.names.qualified();
    return new CopySubject.OfTable(table, grammar.names.acceptParenthesizedNames());
  }

  private CopyEnd end() {
    if (tokens.accept(Keyword.STDIN) || tokens.accept(Keyword.STDOUT)) {
      return new CopyEnd.Client();
    }
    if (tokens.accept(Keyword.PROGRAM)) {
      return new CopyEnd.Program(tokens.expectString());
    }
    return new CopyEnd.File(tokens.expectString());
  }

  /** {@code [USING] DELIMITERS '|'}. */
  private void acceptDelimiters(List<Option> options) {
    int position = tokens.position();
    if (tokens.accept(Keyword.USING, Keyword.DELIMITERS) || tokens.accept(Keyword.DELIMITERS)) {
      options.add(option("delimiter", tokens.expectString(), position));
    }
  }

  private void olderOptions(List<Option> options) {
    Option option = acceptOlderOption();
    while (option != null) {
      options.add(option);
      option = acceptOlderOption();
    }
  }

  private @Nullable Option acceptOlderOption() {
    int position = tokens.position();
    Keyword keyword = tokens.current().keyword;
    if (keyword == null) {
      return null;
    }
    return switch (keyword) {
      case BINARY -> flag(option("format", "binary", position));
      case CSV -> flag(option("format", "csv", position));
      case FREEZE -> flag(new Option("freeze", List.of(), position));
      case HEADER -> flag(new Option("header", List.of(), position));
      case DELIMITER, NULL, QUOTE, ESCAPE -> text(keyword.word, position);
      case ENCODING -> text("encoding", position);
      case FORCE -> force(position);
      default -> null;
    };
  }

  private Option flag(Option option) {
    tokens.advance();
    return option;
  }

  private Option text(String name, int position) {
    tokens.advance();
    tokens.accept(Keyword.AS);
    return option(name, tokens.expectString(), position);
  }

  private Option force(int position) {
    tokens.advance();
    if (tokens.accept(Keyword.QUOTE)) {
      if (tokens.accept(TokenKind.STAR)) {
        return option("force_quote", "*", position);
      }
      return new Option("force_quote", columns(), position);
    }
    if (tokens.accept(Keyword.NOT)) {
      tokens.expect(Keyword.NULL);
      return new Option("force_not_null", columns(), position);
    }
    tokens.expect(Keyword.NULL);
    return new Option("force_null", columns(), position);
  }

  private List<String> columns() {
    return grammar.names.names().stream().map(Name::text).toList();
  }
}
