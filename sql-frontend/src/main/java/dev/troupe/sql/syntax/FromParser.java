package dev.troupe.sql.syntax;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.syntax.ast.Expression;
import dev.troupe.sql.syntax.ast.FromItem;
import dev.troupe.sql.syntax.ast.FromItem.Alias;
import dev.troupe.sql.syntax.ast.FromItem.RecordColumn;
import dev.troupe.sql.syntax.ast.FromItem.Sample;
import dev.troupe.sql.syntax.ast.FromItem.TableCall;
import dev.troupe.sql.syntax.ast.Name;
import dev.troupe.sql.syntax.ast.QualifiedName;
import dev.troupe.sql.syntax.ast.Query;
import dev.troupe.sql.syntax.ast.QueryBody;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Elements of FROM apart from joins: tables, queries, functions, and what stands in parentheses.
 */
final class FromParser {
  private final Grammar grammar;
  private final Tokens tokens;
  private final JoinParser joins;

  FromParser(Grammar grammar) {
    this.grammar = grammar;
    this.tokens = grammar.tokens;
    this.joins = new JoinParser(grammar, this);
  }

  List<FromItem> items() {
    return tokens.list(this::item);
  }

  /** An element with all that is joined to it. */
  FromItem item() {
    tokens.enter();
    FromItem item = joins.joined(single());
    tokens.leave();
    return item;
  }

  /** An element up to where something may be joined to it. */
  FromItem single() {
    int position = tokens.position();
    if (tokens.at(TokenKind.LEFT_PAREN)) {
      return inParentheses();
    }
    if (tokens.accept(Keyword.LATERAL)) {
      return tokens.at(TokenKind.LEFT_PAREN)
          ? subquery(grammar.queries.parenthesized(), true, position)
          : functions(true, position);
    }
    Token token = tokens.current();
    boolean call = tokens.isNext(TokenKind.LEFT_PAREN) || !NameParser.isColumnName(token);
    if (tokens.at(Keyword.ROWS, Keyword.FROM) || (call && !tokens.at(Keyword.ONLY))) {
      return functions(false, position);
    }
    if (tokens.at(Keyword.ONLY)) {
      return sampled(relation());
    }
    QualifiedName name = grammar.names.qualified();
    if (tokens.at(TokenKind.LEFT_PAREN)) {
      Expression function = grammar.expressions.primaries().calls().call(name);
      return aliasedFunctions(List.of(new TableCall(function, List.of())), false, false, position);
    }
    tokens.accept(TokenKind.STAR);
    return sampled(new FromItem.Table(name, false, null, null, position));
  }

  /** A table without an alias. */
  FromItem.Table relation() {
    int position = tokens.position();
    if (!tokens.accept(Keyword.ONLY)) {
      QualifiedName name = grammar.names.qualified();
      tokens.accept(TokenKind.STAR);
      return new FromItem.Table(name, false, null, null, position);
    }
    boolean parenthesis = tokens.accept(TokenKind.LEFT_PAREN);
    QualifiedName name = grammar.names.qualified();
    if (parenthesis) {
      tokens.expect(TokenKind.RIGHT_PAREN);
    }
    return new FromItem.Table(name, true, null, null, position);
  }

  private FromItem sampled(FromItem.Table table) {
    Alias alias = acceptAlias();
    Sample sample = acceptSample();
    if (alias == null && sample == null) {
      return table;
    }
    return new FromItem.Table(table.name(), table.only(), alias, sample, table.position());
  }

  private @Nullable Sample acceptSample() {
    int position = tokens.position();
    if (!tokens.accept(Keyword.TABLESAMPLE)) {
      return null;
    }
    QualifiedName method = grammar.names.function();
    List<Expression> arguments = tokens.parenthesized(grammar.expressions::expression);
    Expression repeatable = null;
    if (tokens.accept(Keyword.REPEATABLE)) {
      tokens.expect(TokenKind.LEFT_PAREN);
      repeatable = grammar.expressions.expression();
      tokens.expect(TokenKind.RIGHT_PAREN);
    }
    return new Sample(method, arguments, repeatable, position);
  }

  /** A name behind AS, or just behind what it is given to; with names of columns. */
  @Nullable Alias acceptAlias() {
    int position = tokens.position();
    if (tokens.at(Keyword.AS) && !grammar.queries.atAsOf()) {
      tokens.advance();
    } else if (!NameParser.isColumnName(tokens.current())) {
      return null;
    }
    String name = grammar.names.name().text();
    return new Alias(name, grammar.names.acceptParenthesizedNames(), position);
  }

  private FromItem inParentheses() {
    int position = tokens.position();
    Parenthesized content = parenthesized();
    Query query = content.query;
    if (query != null) {
      return subquery(query, false, position);
    }
    return withAlias(content.join(), acceptAlias());
  }

  private static FromItem withAlias(FromItem.Join join, @Nullable Alias alias) {
    return alias == null
        ? join
        : new FromItem.Join(
            join.kind(), join.left(), join.right(), join.condition(), alias, join.position());
  }

  private FromItem subquery(Query query, boolean lateral, int position) {
    Alias alias = acceptAlias();
    if (alias == null) {
      String what = query.body() instanceof QueryBody.Values ? "VALUES" : "subquery";
      String example = query.body() instanceof QueryBody.Values ? "VALUES ..." : "SELECT ...";
      throw SqlException.of(SqlState.SYNTAX_ERROR, "%s in FROM must have an alias", what)
          .withHint("For example, FROM (" + example + ") [AS] foo.")
          .at(position);
    }
    return new FromItem.Subquery(query, lateral, alias, position);
  }

  /** A query or else a join: what parentheses in FROM may have inside. */
  private record Parenthesized(@Nullable Query query, FromItem.@Nullable Join joined) {
    FromItem.Join join() {
      return Objects.requireNonNull(joined, "neither a query nor a join");
    }
  }

  private Parenthesized parenthesized() {
    tokens.enter();
    tokens.expect(TokenKind.LEFT_PAREN);
    Parenthesized content;
    if (grammar.queries.startsQuery()) {
      content = new Parenthesized(grammar.queries.query(), null);
    } else if (tokens.at(TokenKind.LEFT_PAREN)) {
      content = nested();
    } else {
      content = joinOnly(joins.joined(single()));
    }
    tokens.expect(TokenKind.RIGHT_PAREN);
    tokens.leave();
    return content;
  }

  /** Parentheses that begin with parentheses: only behind these it shows what they hold. */
  private Parenthesized nested() {
    int position = tokens.position();
    Parenthesized inner = parenthesized();
    Query query = inner.query;
    if (query != null && grammar.queries.atEndOrContinuation()) {
      return new Parenthesized(grammar.queries.continued(query, position), null);
    }
    FromItem first =
        query != null ? subquery(query, false, position) : withAlias(inner.join(), acceptAlias());
    return joinOnly(joins.joined(first));
  }

  private Parenthesized joinOnly(FromItem item) {
    if (item instanceof FromItem.Join join) {
      return new Parenthesized(null, join);
    }
    throw tokens.unexpected();
  }

  private FromItem functions(boolean lateral, int position) {
    if (tokens.accept(Keyword.ROWS, Keyword.FROM)) {
      List<TableCall> calls = tokens.parenthesized(this::tableCall);
      return aliasedFunctions(calls, true, lateral, position);
    }
    TableCall call = new TableCall(functionCall(), List.of());
    return aliasedFunctions(List.of(call), false, lateral, position);
  }

  private Expression functionCall() {
    int position = tokens.position();
    Expression call = grammar.expressions.primaries().primary();
    boolean callable =
        call instanceof Expression.FunctionCall
            || call instanceof Expression.SessionValue
            || call instanceof Expression.Coalesce
            || call instanceof Expression.NullIf
            || call instanceof Expression.Extremum
            || call instanceof Expression.Extract
            || call instanceof Expression.Cast;
    if (!callable) {
      throw Lexer.error("syntax error", tokens.text(), position, tokens.lastEnd());
    }
    return call;
  }

  private TableCall tableCall() {
    Expression call = functionCall();
    List<RecordColumn> columns =
        tokens.accept(Keyword.AS) ? tokens.parenthesized(this::recordColumn) : List.of();
    return new TableCall(call, columns);
  }

  /** A column that is defined with its type. */
  RecordColumn recordColumn() {
    Name name = grammar.names.name();
    return new RecordColumn(name, grammar.types.type(), grammar.names.acceptCollation());
  }

  private FromItem aliasedFunctions(
      List<TableCall> calls, boolean rowsFrom, boolean lateral, int position) {
    boolean ordinality = false;
    if (tokens.at(Keyword.WITH, Keyword.ORDINALITY)) {
      tokens.skip(2);
      ordinality = true;
    }
    int aliasAt = tokens.position();
    boolean as = !grammar.queries.atAsOf() && tokens.accept(Keyword.AS);
    Alias alias = null;
    List<RecordColumn> columns = List.of();
    if (as && tokens.at(TokenKind.LEFT_PAREN)) {
      columns = tokens.parenthesized(this::recordColumn);
    } else if (as || NameParser.isColumnName(tokens.current())) {
      String name = grammar.names.name().text();
      if (atRecordColumns()) {
        columns = tokens.parenthesized(this::recordColumn);
        alias = new Alias(name, List.of(), aliasAt);
      } else {
        alias = new Alias(name, grammar.names.acceptParenthesizedNames(), aliasAt);
      }
    }
    return new FromItem.Functions(calls, rowsFrom, ordinality, lateral, alias, columns, position);
  }

  private boolean atRecordColumns() {
    if (!tokens.at(TokenKind.LEFT_PAREN)) {
      return false;
    }
    TokenKind second = tokens.ahead(2).kind;
    return second != TokenKind.COMMA && second != TokenKind.RIGHT_PAREN;
  }
}
