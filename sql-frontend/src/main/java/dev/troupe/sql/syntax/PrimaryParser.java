package dev.troupe.sql.syntax;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.syntax.ast.Expression;
import dev.troupe.sql.syntax.ast.Expression.SessionValueKind;
import dev.troupe.sql.syntax.ast.Expression.Subscript;
import dev.troupe.sql.syntax.ast.Name;
import dev.troupe.sql.syntax.ast.QualifiedName;
import dev.troupe.sql.syntax.ast.TypeName;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Operands of expressions: literals, names, calls, and all that begins with a word of its own. */
final class PrimaryParser {
  private final Grammar grammar;
  private final Tokens tokens;
  private final CallParser calls;
  private final ParenthesisParser parentheses;

  PrimaryParser(Grammar grammar) {
    this.grammar = grammar;
    this.tokens = grammar.tokens;
    this.calls = new CallParser(grammar);
    this.parentheses = new ParenthesisParser(grammar);
  }

  CallParser calls() {
    return calls;
  }

  ParenthesisParser parentheses() {
    return parentheses;
  }

  Expression primary() {
    Token token = tokens.current();
    int position = token.start;
    String text = token.text;
    return switch (token.kind) {
      case IDENTIFIER -> nameOrCall();
      case KEYWORD -> keyword();
      case INTEGER -> literal(new Expression.IntegerLiteral(text, position));
      case NUMERIC -> literal(new Expression.NumericLiteral(text, position));
      case STRING -> literal(new Expression.StringLiteral(text, position));
      case BIT_STRING -> literal(bits(text, false, position));
      case HEX_STRING -> literal(bits(text, true, position));
      case PARAMETER -> indirection(parameter());
      case LEFT_PAREN -> indirection(parentheses.content().asExpression(position));
      default -> throw tokens.unexpected();
    };
  }

  private Expression literal(Expression value) {
    tokens.advance();
    return value;
  }

  private static Expression bits(String digits, boolean hexadecimal, int position) {
    for (int i = 0; i < digits.length(); i++) {
      char c = digits.charAt(i);
      boolean valid = hexadecimal ? Characters.isHexDigit(c) : c == '0' || c == '1';
      if (!valid) {
        throw SqlException.of(
                SqlState.INVALID_TEXT_REPRESENTATION,
                "\"%c\" is not a valid %s digit",
                c,
                hexadecimal ? "hexadecimal" : "binary")
            .at(position);
      }
    }
    return new Expression.BitStringLiteral(digits, hexadecimal, position);
  }

  private Expression parameter() {
    Token token = tokens.current();
    int position = token.start;
    int number;
    try {
      number = Integer.parseInt(token.text);
    } catch (NumberFormatException e) {
      throw SqlException.of(SqlState.UNDEFINED_PARAMETER, "there is no parameter $%s", token.text)
          .at(position);
    }
    tokens.noteParameter(number);
    tokens.advance();
    return new Expression.Parameter(number, position);
  }

  /** Fields, elements and slices of a value in parentheses, a parameter or a column. */
  Expression indirection(Expression operand) {
    Expression result = operand;
    while (true) {
      int position = tokens.position();
      if (tokens.at(TokenKind.LEFT_BRACKET)) {
        result = new Expression.Subscription(result, subscripts(), position);
      } else if (tokens.at(TokenKind.DOT)) {
        tokens.advance();
        if (tokens.accept(TokenKind.STAR)) {
          return new Expression.AllFields(result, position);
        }
        result = new Expression.FieldSelection(result, grammar.names.label(), position);
      } else {
        return result;
      }
    }
  }

  private List<Subscript> subscripts() {
    List<Subscript> subscripts = new ArrayList<>(1);
    while (tokens.at(TokenKind.LEFT_BRACKET)) {
      subscripts.add(subscript());
    }
    return subscripts;
  }

  /** {@code [i]}, {@code [i:j]}, with either of these left out. */
  Subscript subscript() {
    tokens.expect(TokenKind.LEFT_BRACKET);
    Expression first = tokens.at(TokenKind.COLON) ? null : grammar.expressions.expression();
    if (!tokens.accept(TokenKind.COLON)) {
      tokens.expect(TokenKind.RIGHT_BRACKET);
      return new Subscript(false, null, first);
    }
    Expression upper = tokens.at(TokenKind.RIGHT_BRACKET) ? null : grammar.expressions.expression();
    tokens.expect(TokenKind.RIGHT_BRACKET);
    return new Subscript(true, first, upper);
  }

  /** What begins with a name: a column, a call, or a literal of a type. */
  private Expression nameOrCall() {
    Token token = tokens.current();
    Name first = new Name(token.text, token.start);
    boolean column = NameParser.isColumnName(token);
    TokenKind next = tokens.ahead(1).kind;
    if (next == TokenKind.DOT && column) {
      tokens.advance();
      return dottedName(first);
    }
    if (NameParser.isFunctionName(token)) {
      if (next == TokenKind.LEFT_PAREN) {
        tokens.advance();
        return calls.call(QualifiedName.of(first.text(), first.position()));
      }
      if (next == TokenKind.STRING) {
        tokens.advance();
        return typedLiteral(QualifiedName.of(first.text(), first.position()), List.of());
      }
    }
    if (!column) {
      throw functionOnly(token);
    }
    tokens.advance();
    return indirection(
        new Expression.ColumnReference(QualifiedName.of(first.text(), first.position())));
  }

  /** A word that names functions only is fine by itself: what follows it is at fault. */
  private SqlException functionOnly(Token token) {
    if (NameParser.isFunctionName(token)) {
      tokens.advance();
    }
    return tokens.unexpected();
  }

  private Expression dottedName(Name first) {
    List<String> parts = new ArrayList<>(3);
    parts.add(first.text());
    while (tokens.at(TokenKind.DOT)) {
      tokens.advance();
      if (tokens.accept(TokenKind.STAR)) {
        return new Expression.AllColumns(
            new QualifiedName(parts, first.position()), first.position());
      }
      parts.add(grammar.names.label());
    }
    QualifiedName name = new QualifiedName(parts, first.position());
    if (tokens.at(TokenKind.LEFT_PAREN)) {
      return calls.call(name);
    }
    if (tokens.at(TokenKind.STRING)) {
      return typedLiteral(name, List.of());
    }
    return indirection(new Expression.ColumnReference(name));
  }

  /** A string that is to be read as a value of the type before it. */
  Expression typedLiteral(QualifiedName type, List<Expression> modifiers) {
    TypeName name = new TypeName(type, modifiers, null, 0, type.position());
    int position = tokens.position();
    return new Expression.TypedLiteral(name, tokens.expectString(), position);
  }

  private Expression keyword() {
    Token token = tokens.current();
    int position = token.start;
    Keyword keyword = token.keyword;
    if (keyword == null) {
      throw tokens.unexpected();
    }
    return switch (keyword) {
      case NULL -> literal(new Expression.NullLiteral(position));
      case TRUE -> literal(new Expression.BooleanLiteral(true, position));
      case FALSE -> literal(new Expression.BooleanLiteral(false, position));
      case DEFAULT -> literal(new Expression.DefaultValue(position));
      case CASE -> caseExpression();
      case CAST -> cast();
      case EXISTS -> exists();
      case ARRAY -> array();
      case ROW -> row();
      case CURRENT_DATE, CURRENT_ROLE, CURRENT_USER, SESSION_USER, USER, CURRENT_CATALOG ->
          sessionValue(keyword);
      case CURRENT_SCHEMA -> currentSchema();
      case CURRENT_TIME, CURRENT_TIMESTAMP, LOCALTIME, LOCALTIMESTAMP -> sessionTime(keyword);
      default -> {
        Expression special = calls.acceptSpecial(keyword);
        if (special != null) {
          yield special;
        }
        Expression typed = acceptTyped();
        yield typed != null ? typed : nameOrCall();
      }
    };
  }

  /** A literal behind a type that is spelt with words of the grammar; null when it is a name. */
  private @Nullable Expression acceptTyped() {
    Token next = tokens.ahead(1);
    boolean type =
        next.kind == TokenKind.STRING
            || (next.kind == TokenKind.LEFT_PAREN
                && tokens.current().keyword != null
                && tokens.current().keyword.use == KeywordUse.COLUMN_NAME)
            || next.keyword == Keyword.VARYING
            || next.keyword == Keyword.PRECISION
            || next.keyword == Keyword.CHARACTER
            || next.keyword == Keyword.CHAR
            || next.keyword == Keyword.WITHOUT
            || (next.keyword == Keyword.WITH && tokens.ahead(2).keyword == Keyword.TIME);
    if (!type) {
      return null;
    }
    TypeName name = grammar.types.acceptStandard();
    if (name == null) {
      return null;
    }
    int position = tokens.position();
    String value = tokens.expectString();
    if (name.name().last().equals("interval") && name.modifiers().isEmpty()) {
      name = grammar.types.intervalFields(name);
    }
    return new Expression.TypedLiteral(name, value, position);
  }

  private Expression caseExpression() {
    int position = tokens.position();
    tokens.expect(Keyword.CASE);
    Expression operand = tokens.at(Keyword.WHEN) ? null : grammar.expressions.expression();
    List<Expression.When> branches = new ArrayList<>();
    do {
      tokens.expect(Keyword.WHEN);
      Expression condition = grammar.expressions.expression();
      tokens.expect(Keyword.THEN);
      branches.add(new Expression.When(condition, grammar.expressions.expression()));
    } while (tokens.at(Keyword.WHEN));
    Expression otherwise = tokens.accept(Keyword.ELSE) ? grammar.expressions.expression() : null;
    tokens.expect(Keyword.END);
    return new Expression.Case(operand, branches, otherwise, position);
  }

  private Expression cast() {
    int position = tokens.position();
    tokens.expect(Keyword.CAST);
    tokens.expect(TokenKind.LEFT_PAREN);
    Expression operand = grammar.expressions.expression();
    tokens.expect(Keyword.AS);
    TypeName type = grammar.types.type();
    tokens.expect(TokenKind.RIGHT_PAREN);
    return new Expression.Cast(operand, type, position);
  }

  private Expression exists() {
    if (!tokens.isNext(TokenKind.LEFT_PAREN)) {
      return nameOrCall();
    }
    int position = tokens.position();
    tokens.advance();
    return new Expression.Exists(grammar.queries.parenthesized(), position);
  }

  private Expression array() {
    int position = tokens.position();
    tokens.expect(Keyword.ARRAY);
    return tokens.at(TokenKind.LEFT_PAREN)
        ? new Expression.ArrayQuery(grammar.queries.parenthesized(), position)
        : brackets(position);
  }

  /** Elements in brackets, which may be arrays without the word. */
  private Expression brackets(int position) {
    tokens.enter();
    tokens.expect(TokenKind.LEFT_BRACKET);
    List<Expression> elements = List.of();
    if (!tokens.at(TokenKind.RIGHT_BRACKET)) {
      elements =
          tokens.list(
              () ->
                  tokens.at(TokenKind.LEFT_BRACKET)
                      ? brackets(tokens.position())
                      : grammar.expressions.expression());
    }
    tokens.expect(TokenKind.RIGHT_BRACKET);
    tokens.leave();
    return new Expression.ArrayConstructor(elements, position);
  }

  private Expression row() {
    if (!tokens.isNext(TokenKind.LEFT_PAREN)) {
      return nameOrCall();
    }
    int position = tokens.position();
    tokens.skip(2);
    List<Expression> fields =
        tokens.at(TokenKind.RIGHT_PAREN) ? List.of() : grammar.expressions.expressions();
    tokens.expect(TokenKind.RIGHT_PAREN);
    return new Expression.RowConstructor(fields, true, position);
  }

  private Expression sessionValue(Keyword keyword) {
    int position = tokens.position();
    tokens.advance();
    return new Expression.SessionValue(kind(keyword), null, position);
  }

  private static SessionValueKind kind(Keyword keyword) {
    return SessionValueKind.valueOf(keyword.name());
  }

  /** Alone it is a value; with parentheses, a function. */
  private Expression currentSchema() {
    return tokens.isNext(TokenKind.LEFT_PAREN)
        ? nameOrCall()
        : sessionValue(Keyword.CURRENT_SCHEMA);
  }

  private Expression sessionTime(Keyword keyword) {
    int position = tokens.position();
    tokens.advance();
    Integer precision = null;
    if (tokens.accept(TokenKind.LEFT_PAREN)) {
      precision = grammar.names.integer();
      tokens.expect(TokenKind.RIGHT_PAREN);
    }
    return new Expression.SessionValue(kind(keyword), precision, position);
  }

  /** One of Unicode's normal forms, as a string. */
  @Nullable Expression acceptNormalForm() {
    Token token = tokens.current();
    Keyword keyword = token.keyword;
    if (keyword != Keyword.NFC
        && keyword != Keyword.NFD
        && keyword != Keyword.NFKC
        && keyword != Keyword.NFKD) {
      return null;
    }
    return literal(new Expression.StringLiteral(keyword.name(), token.start));
  }
}
