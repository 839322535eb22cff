package dev.troupe.sql.syntax;

import dev.troupe.sql.syntax.ast.Option;
import java.util.ArrayList;
import java.util.List;

/** Lists of named settings, in the shapes that various statements have for them. */
final class OptionParser {
  private final Grammar grammar;
  private final Tokens tokens;

  OptionParser(Grammar grammar) {
    this.grammar = grammar;
    this.tokens = grammar.tokens;
  }

  /** {@code (name = value, name)}. */
  List<Option> definitions() {
    return tokens.parenthesized(this::definition);
  }

  /** WITH and definitions; empty when there is none. */
  List<Option> acceptWith() {
    if (tokens.at(Keyword.WITH) && tokens.isNext(TokenKind.LEFT_PAREN)) {
      tokens.advance();
      return definitions();
    }
    return List.of();
  }

  private Option definition() {
    int position = tokens.position();
    String name = grammar.names.label();
    while (tokens.accept(TokenKind.DOT)) {
      name = name + "." + grammar.names.label();
    }
    List<String> values = tokens.accept(TokenKind.EQUALS) ? List.of(value()) : List.of();
    return new Option(name, values, position);
  }

  /** {@code (name value, name (value, value), name)}. */
  List<Option> generic() {
    return tokens.parenthesized(this::genericOption);
  }

  private Option genericOption() {
    int position = tokens.position();
    String name = grammar.names.label();
    if (tokens.at(TokenKind.COMMA) || tokens.at(TokenKind.RIGHT_PAREN)) {
      return new Option(name, List.of(), position);
    }
    if (tokens.at(TokenKind.LEFT_PAREN)) {
      return new Option(name, tokens.parenthesized(this::value), position);
    }
    return new Option(name, List.of(value()), position);
  }

  /** A number, word, string, or star, as text. */
  String value() {
    Token token = tokens.current();
    switch (token.kind) {
      case STRING, IDENTIFIER, KEYWORD -> {
        String value = token.text;
        tokens.advance();
        return value;
      }
      case STAR -> {
        tokens.advance();
        return "*";
      }
      default -> {
        return grammar.names.number();
      }
    }
  }

  /** {@code name = value, name = value} without parentheses. */
  List<Option> assignments() {
    return tokens.list(
        () -> {
          int position = tokens.position();
          String name = grammar.names.label();
          tokens.accept(TokenKind.EQUALS);
          return new Option(name, List.of(value()), position);
        });
  }

  /** The words up to a parenthesis, comma or the end of the statement, in lower case. */
  String words() {
    List<String> words = new ArrayList<>();
    while (NameParser.isLabel(tokens.current()) || tokens.at(TokenKind.STRING)) {
      words.add(tokens.current().text);
      tokens.advance();
    }
    if (words.isEmpty()) {
      throw tokens.unexpected();
    }
    return String.join(" ", words);
  }
}
