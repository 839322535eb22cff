package dev.troupe.sql.syntax;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.syntax.ast.Expression;
import dev.troupe.sql.syntax.ast.Expression.Argument;
import dev.troupe.sql.syntax.ast.Expression.CallOptions;
import dev.troupe.sql.syntax.ast.Expression.FunctionCall;
import dev.troupe.sql.syntax.ast.OrderItem;
import dev.troupe.sql.syntax.ast.QualifiedName;
import dev.troupe.sql.syntax.ast.TypeName;
import dev.troupe.sql.syntax.ast.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Calls of functions, and the forms with words between their arguments. */
final class CallParser {
  private final Grammar grammar;
  private final Tokens tokens;
  private final OrderParser orders;

  CallParser(Grammar grammar) {
    this.grammar = grammar;
    this.tokens = grammar.tokens;
    this.orders = new OrderParser(grammar);
  }

  OrderParser orders() {
    return orders;
  }

  /** From the opening parenthesis on. */
  Expression call(QualifiedName name) {
    int position = name.position();
    tokens.expect(TokenKind.LEFT_PAREN);
    if (tokens.accept(TokenKind.RIGHT_PAREN)) {
      return finish(name, List.of(), CallOptions.NONE);
    }
    if (tokens.accept(TokenKind.STAR)) {
      tokens.expect(TokenKind.RIGHT_PAREN);
      return finish(name, List.of(), options(true, false, false, List.of()));
    }
    boolean distinct = tokens.accept(Keyword.DISTINCT);
    boolean all = !distinct && tokens.accept(Keyword.ALL);
    List<Argument> arguments = new ArrayList<>();
    boolean variadic = false;
    do {
      variadic = !distinct && !all && tokens.accept(Keyword.VARIADIC);
      arguments.add(argument());
    } while (!variadic && tokens.accept(TokenKind.COMMA));
    List<OrderItem> orderBy = orders.acceptOrderBy();
    tokens.expect(TokenKind.RIGHT_PAREN);
    if (tokens.at(TokenKind.STRING) && !distinct && !all && !variadic && orderBy.isEmpty()) {
      return literal(name, arguments);
    }
    boolean plain = !distinct && !variadic && orderBy.isEmpty();
    CallOptions options = plain ? CallOptions.NONE : options(false, distinct, variadic, orderBy);
    checkOrder(arguments, position);
    return finish(name, arguments, options);
  }

  private static CallOptions options(
      boolean star, boolean distinct, boolean variadic, List<OrderItem> orderBy) {
    return new CallOptions(star, distinct, variadic, orderBy, List.of(), null, null);
  }

  private void checkOrder(List<Argument> arguments, int position) {
    boolean named = false;
    for (Argument argument : arguments) {
      if (named && argument.name() == null) {
        throw new SqlException(
                SqlState.SYNTAX_ERROR, "positional argument cannot follow named argument")
            .at(argument.value().position());
      }
      named |= argument.name() != null;
    }
    if (arguments.size() > Short.MAX_VALUE) {
      throw new SqlException(SqlState.TOO_MANY_ARGUMENTS, "too many arguments").at(position);
    }
  }

  /** {@code varchar(3) 'abc'}: it was a type. */
  private Expression literal(QualifiedName type, List<Argument> modifiers) {
    for (Argument modifier : modifiers) {
      if (modifier.name() != null) {
        throw new SqlException(SqlState.SYNTAX_ERROR, "type modifier cannot have parameter name")
            .at(modifier.value().position());
      }
    }
    return grammar
        .expressions
        .primaries()
        .typedLiteral(type, modifiers.stream().map(Argument::value).toList());
  }

  private Argument argument() {
    TokenKind next = tokens.ahead(1).kind;
    if ((next == TokenKind.ARROW || next == TokenKind.ASSIGN)
        && (NameParser.isFunctionName(tokens.current()))) {
      String name = grammar.names.label();
      tokens.advance();
      return new Argument(name, grammar.expressions.expression());
    }
    return new Argument(null, grammar.expressions.expression());
  }

  /** WITHIN GROUP, FILTER and OVER, if any. */
  private Expression finish(QualifiedName name, List<Argument> arguments, CallOptions inner) {
    Keyword next = tokens.current().keyword;
    if (next != Keyword.WITHIN && next != Keyword.FILTER && next != Keyword.OVER) {
      return new FunctionCall(name, arguments, inner, name.position());
    }
    List<OrderItem> withinGroup = acceptWithinGroup(inner);
    Expression filter = null;
    if (tokens.at(Keyword.FILTER) && tokens.isNext(TokenKind.LEFT_PAREN)) {
      tokens.skip(2);
      tokens.expect(Keyword.WHERE);
      filter = grammar.expressions.expression();
      tokens.expect(TokenKind.RIGHT_PAREN);
    }
    Window over = tokens.accept(Keyword.OVER) ? orders.window() : null;
    CallOptions options =
        new CallOptions(
            inner.star(),
            inner.distinct(),
            inner.variadic(),
            inner.orderBy(),
            withinGroup,
            filter,
            over);
    return new FunctionCall(name, arguments, options, name.position());
  }

  private List<OrderItem> acceptWithinGroup(CallOptions inner) {
    int position = tokens.position();
    if (!tokens.accept(Keyword.WITHIN)) {
      return List.of();
    }
    tokens.expect(Keyword.GROUP);
    tokens.expect(TokenKind.LEFT_PAREN);
    List<OrderItem> items = orders.acceptOrderBy();
    if (items.isEmpty()) {
      throw tokens.unexpected();
    }
    tokens.expect(TokenKind.RIGHT_PAREN);
    if (!inner.orderBy().isEmpty()) {
      throw misplaced("cannot use multiple ORDER BY clauses with WITHIN GROUP", position);
    }
    if (inner.distinct()) {
      throw misplaced("cannot use DISTINCT with WITHIN GROUP", position);
    }
    if (inner.variadic()) {
      throw misplaced("cannot use VARIADIC with WITHIN GROUP", position);
    }
    return items;
  }

  private static SqlException misplaced(String message, int position) {
    return new SqlException(SqlState.SYNTAX_ERROR, message).at(position);
  }

  /** A form that the keyword begins when it stands before a parenthesis; null if there is none. */
  @Nullable Expression acceptSpecial(Keyword keyword) {
    if (keyword == Keyword.COLLATION && tokens.isNext(Keyword.FOR)) {
      return collationFor();
    }
    if (!tokens.isNext(TokenKind.LEFT_PAREN)) {
      return null;
    }
    int position = tokens.position();
    return switch (keyword) {
      case COALESCE -> form(position, this::values, Expression.Coalesce::new);
      case GREATEST ->
          form(position, this::values, (v, at) -> new Expression.Extremum(true, v, at));
      case LEAST -> form(position, this::values, (v, at) -> new Expression.Extremum(false, v, at));
      case GROUPING -> form(position, this::values, Expression.Grouping::new);
      case NULLIF -> nullIf(position);
      case EXTRACT -> extract(position);
      case POSITION -> positionOf(position);
      case SUBSTRING -> substring(position);
      case OVERLAY -> overlay(position);
      case TRIM -> trim(position);
      case NORMALIZE -> normalize(position);
      case TREAT -> treat(position);
      default -> null;
    };
  }

  private List<Expression> values() {
    return grammar.expressions.expressions();
  }

  private Expression form(
      int position,
      Supplier<List<Expression>> content,
      BiFunction<List<Expression>, Integer, Expression> node) {
    tokens.skip(2);
    List<Expression> values = content.get();
    tokens.expect(TokenKind.RIGHT_PAREN);
    return node.apply(values, position);
  }

  private Expression function(String name, List<Expression> arguments, int position) {
    tokens.expect(TokenKind.RIGHT_PAREN);
    return FunctionCall.plain(QualifiedName.builtIn(name, position), arguments);
  }

  private Expression collationFor() {
    int position = tokens.position();
    tokens.skip(2);
    tokens.expect(TokenKind.LEFT_PAREN);
    Expression value = grammar.expressions.expression();
    return function("pg_collation_for", List.of(value), position);
  }

  private Expression nullIf(int position) {
    tokens.skip(2);
    Expression left = grammar.expressions.expression();
    tokens.expect(TokenKind.COMMA);
    Expression right = grammar.expressions.expression();
    tokens.expect(TokenKind.RIGHT_PAREN);
    return new Expression.NullIf(left, right, position);
  }

  private Expression extract(int position) {
    tokens.skip(2);
    String field = grammar.names.wordOrString();
    tokens.expect(Keyword.FROM);
    Expression source = grammar.expressions.expression();
    tokens.expect(TokenKind.RIGHT_PAREN);
    return new Expression.Extract(field, source, position);
  }

  private Expression positionOf(int position) {
    tokens.skip(2);
    Expression part = grammar.expressions.restricted();
    tokens.expect(Keyword.IN);
    Expression whole = grammar.expressions.restricted();
    return function("position", List.of(whole, part), position);
  }

  /** With commas it is a call like any other, which may be of a function of the user's. */
  private Expression substring(int position) {
    if (tokens.ahead(2).kind == TokenKind.RIGHT_PAREN) {
      tokens.advance();
      return call(QualifiedName.of("substring", position));
    }
    tokens.skip(2);
    Argument first = argument();
    if (tokens.at(TokenKind.COMMA) || tokens.at(TokenKind.RIGHT_PAREN)) {
      return plainCall("substring", first, position);
    }
    List<Expression> arguments = new ArrayList<>(List.of(first.value()));
    if (tokens.accept(Keyword.SIMILAR)) {
      arguments.add(grammar.expressions.expression());
      tokens.expect(Keyword.ESCAPE);
      arguments.add(grammar.expressions.expression());
    } else if (tokens.accept(Keyword.FROM)) {
      arguments.add(grammar.expressions.expression());
      if (tokens.accept(Keyword.FOR)) {
        arguments.add(grammar.expressions.expression());
      }
    } else {
      int at = tokens.position();
      tokens.expect(Keyword.FOR);
      Expression length = grammar.expressions.expression();
      boolean from = tokens.accept(Keyword.FROM);
      arguments.add(
          from ? grammar.expressions.expression() : new Expression.IntegerLiteral("1", at));
      arguments.add(from ? length : new Expression.Cast(length, TypeName.builtIn("int4", at), at));
    }
    return function("substring", arguments, position);
  }

  private Expression plainCall(String name, Argument first, int position) {
    List<Argument> arguments = new ArrayList<>();
    arguments.add(first);
    while (tokens.accept(TokenKind.COMMA)) {
      arguments.add(argument());
    }
    checkOrder(arguments, position);
    tokens.expect(TokenKind.RIGHT_PAREN);
    return new FunctionCall(
        QualifiedName.of(name, position), arguments, CallOptions.NONE, position);
  }

  private Expression overlay(int position) {
    tokens.skip(2);
    Argument first = argument();
    if (!tokens.accept(Keyword.PLACING)) {
      return plainCall("overlay", first, position);
    }
    List<Expression> arguments = new ArrayList<>(List.of(first.value()));
    arguments.add(grammar.expressions.expression());
    tokens.expect(Keyword.FROM);
    arguments.add(grammar.expressions.expression());
    if (tokens.accept(Keyword.FOR)) {
      arguments.add(grammar.expressions.expression());
    }
    return function("overlay", arguments, position);
  }

  private Expression trim(int position) {
    tokens.skip(2);
    String name = "btrim";
    if (tokens.accept(Keyword.LEADING)) {
      name = "ltrim";
    } else if (tokens.accept(Keyword.TRAILING)) {
      name = "rtrim";
    } else {
      tokens.accept(Keyword.BOTH);
    }
    if (tokens.accept(Keyword.FROM)) {
      return function(name, values(), position);
    }
    List<Expression> arguments = new ArrayList<>(values());
    if (tokens.accept(Keyword.FROM)) {
      // The characters to trim come first here but second in the call.
      List<Expression> source = values();
      arguments.addAll(0, source);
    }
    return function(name, arguments, position);
  }

  private Expression normalize(int position) {
    tokens.skip(2);
    List<Expression> arguments = new ArrayList<>(List.of(grammar.expressions.expression()));
    if (tokens.accept(TokenKind.COMMA)) {
      Expression form = grammar.expressions.primaries().acceptNormalForm();
      if (form == null) {
        throw tokens.unexpected();
      }
      arguments.add(form);
    }
    return function("normalize", arguments, position);
  }

  private Expression treat(int position) {
    throw new SqlException(SqlState.FEATURE_NOT_SUPPORTED, "TREAT is not supported").at(position);
  }
}
