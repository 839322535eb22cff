package dev.troupe.sql.syntax;

import dev.troupe.sql.syntax.ast.Name;
import dev.troupe.sql.syntax.ast.QualifiedName;
import dev.troupe.sql.syntax.ast.RoleName;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Names, by what they name: that decides which keywords may stand for one. */
final class NameParser {
  private final Tokens tokens;

  NameParser(Tokens tokens) {
    this.tokens = tokens;
  }

  static boolean isColumnName(Token token) {
    Keyword keyword = token.keyword;
    return keyword == null ? token.kind == TokenKind.IDENTIFIER : keyword.use.forColumns;
  }

  static boolean isFunctionName(Token token) {
    Keyword keyword = token.keyword;
    return keyword == null ? token.kind == TokenKind.IDENTIFIER : keyword.use.forFunctions;
  }

  static boolean isLabel(Token token) {
    return token.kind == TokenKind.IDENTIFIER || token.kind == TokenKind.KEYWORD;
  }

  static boolean isBareLabel(Token token) {
    Keyword keyword = token.keyword;
    return keyword == null ? token.kind == TokenKind.IDENTIFIER : keyword.bareLabel;
  }

  /** Name of a column, table, constraint and most other things. */
  Name name() {
    if (!isColumnName(tokens.current())) {
      throw tokens.unexpected();
    }
    return take();
  }

  /** Name behind AS or behind a dot: any word. */
  String label() {
    if (!isLabel(tokens.current())) {
      throw tokens.unexpected();
    }
    return take().text();
  }

  /** Name of a language, option and the like: a word, or a string. */
  String wordOrString() {
    String string = tokens.acceptString();
    return string != null ? string : label();
  }

  private Name take() {
    Token token = tokens.current();
    Name name = new Name(token.text, token.start);
    tokens.advance();
    return name;
  }

  List<Name> names() {
    return tokens.list(this::name);
  }

  /** {@code (a, b)}. */
  List<Name> parenthesizedNames() {
    return tokens.parenthesized(this::name);
  }

  /** {@code (a, b)} or nothing. */
  List<Name> acceptParenthesizedNames() {
    return tokens.at(TokenKind.LEFT_PAREN) ? parenthesizedNames() : List.of();
  }

  /** Name of a table or of whatever else lives in a schema. */
  QualifiedName qualified() {
    return rest(name());
  }

  List<QualifiedName> qualifiedNames() {
    return tokens.list(this::qualified);
  }

  /** Name of a function or type: of one part, other keywords may stand for it. */
  QualifiedName function() {
    Token token = tokens.current();
    boolean dotted = tokens.isNext(TokenKind.DOT);
    if (dotted ? !isColumnName(token) : !isFunctionName(token)) {
      throw tokens.unexpected();
    }
    return rest(take());
  }

  /** What follows a first part. */
  QualifiedName rest(Name first) {
    if (!tokens.at(TokenKind.DOT)) {
      return QualifiedName.of(first.text(), first.position());
    }
    List<String> parts = new ArrayList<>(3);
    parts.add(first.text());
    while (tokens.accept(TokenKind.DOT)) {
      parts.add(label());
    }
    return new QualifiedName(parts, first.position());
  }

  /** COLLATE and a collation, or nothing. */
  @Nullable QualifiedName acceptCollation() {
    return tokens.accept(Keyword.COLLATE) ? qualified() : null;
  }

  RoleName role() {
    int position = tokens.position();
    if (tokens.accept(Keyword.CURRENT_USER) || tokens.accept(Keyword.CURRENT_ROLE)) {
      return new RoleName.Current(position);
    }
    if (tokens.accept(Keyword.SESSION_USER)) {
      return new RoleName.OfSession(position);
    }
    if (tokens.atWord("public")) {
      tokens.advance();
      return new RoleName.Everybody(position);
    }
    return new RoleName.Named(name().text(), position);
  }

  List<RoleName> roles() {
    return tokens.list(this::role);
  }

  /** A number with or without a sign, as text. */
  String number() {
    StringBuilder number = new StringBuilder();
    if (tokens.accept(TokenKind.MINUS)) {
      number.append('-');
    } else {
      tokens.accept(TokenKind.PLUS);
    }
    if (!tokens.at(TokenKind.INTEGER) && !tokens.at(TokenKind.NUMERIC)) {
      throw tokens.unexpected();
    }
    number.append(tokens.current().text);
    tokens.advance();
    return number.toString();
  }

  /** An integer of the grammar itself, such as a precision. */
  int integer() {
    Token token = tokens.current();
    if (token.kind != TokenKind.INTEGER) {
      throw tokens.unexpected();
    }
    int value = 0;
    for (int i = 0; i < token.text.length(); i++) {
      long longer = value * 10L + (token.text.charAt(i) - '0');
      if (longer > Integer.MAX_VALUE) {
        throw tokens.unexpected();
      }
      value = (int) longer;
    }
    tokens.advance();
    return value;
  }
}
