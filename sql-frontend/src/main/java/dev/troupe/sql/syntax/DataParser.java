package dev.troupe.sql.syntax;

import dev.troupe.sql.syntax.ast.DataStatement.Arbiter;
import dev.troupe.sql.syntax.ast.DataStatement.Assignable;
import dev.troupe.sql.syntax.ast.DataStatement.Assignment;
import dev.troupe.sql.syntax.ast.DataStatement.ConflictUpdate;
import dev.troupe.sql.syntax.ast.DataStatement.Delete;
import dev.troupe.sql.syntax.ast.DataStatement.Insert;
import dev.troupe.sql.syntax.ast.DataStatement.OnConflict;
import dev.troupe.sql.syntax.ast.DataStatement.Overriding;
import dev.troupe.sql.syntax.ast.DataStatement.Part;
import dev.troupe.sql.syntax.ast.DataStatement.Target;
import dev.troupe.sql.syntax.ast.DataStatement.Truncate;
import dev.troupe.sql.syntax.ast.DataStatement.Update;
import dev.troupe.sql.syntax.ast.Expression;
import dev.troupe.sql.syntax.ast.FromItem;
import dev.troupe.sql.syntax.ast.FromItem.Alias;
import dev.troupe.sql.syntax.ast.IndexElement;
import dev.troupe.sql.syntax.ast.Name;
import dev.troupe.sql.syntax.ast.QualifiedName;
import dev.troupe.sql.syntax.ast.Query;
import dev.troupe.sql.syntax.ast.Query.With;
import dev.troupe.sql.syntax.ast.QueryBody.SelectItem;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** INSERT, UPDATE, DELETE and TRUNCATE. */
final class DataParser {
  private final Grammar grammar;
  private final Tokens tokens;
  private final SelectParser selects;

  DataParser(Grammar grammar) {
    this.grammar = grammar;
    this.tokens = grammar.tokens;
    this.selects = grammar.queries.selects();
  }

  Insert insert(@Nullable With with, int position) {
    tokens.expect(Keyword.INSERT, Keyword.INTO);
    QualifiedName table = grammar.names.qualified();
    Alias alias = null;
    int aliasAt = tokens.position();
    if (tokens.accept(Keyword.AS)) {
      alias = new Alias(grammar.names.name().text(), List.of(), aliasAt);
    }
    Target target = new Target(table, false, alias);
    List<Assignable> columns = List.of();
    if (tokens.at(TokenKind.LEFT_PAREN) && !grammar.queries.startsQueryInParentheses()) {
      columns = tokens.parenthesized(this::assignable);
    }
    Overriding overriding = acceptOverriding();
    Query source = null;
    if (!tokens.accept(Keyword.DEFAULT, Keyword.VALUES)) {
      source = grammar.queries.query();
    }
    return new Insert(
        with, target, columns, overriding, source, acceptOnConflict(), acceptReturning(), position);
  }

  @Nullable Overriding acceptOverriding() {
    if (!tokens.accept(Keyword.OVERRIDING)) {
      return null;
    }
    boolean user = tokens.accept(Keyword.USER);
    if (!user) {
      tokens.expect(Keyword.SYSTEM);
    }
    tokens.expect(Keyword.VALUE);
    return user ? Overriding.USER_VALUE : Overriding.SYSTEM_VALUE;
  }

  private @Nullable OnConflict acceptOnConflict() {
    int position = tokens.position();
    if (!tokens.accept(Keyword.ON)) {
      return null;
    }
    tokens.expect(Keyword.CONFLICT);
    Arbiter arbiter = acceptArbiter();
    tokens.expect(Keyword.DO);
    if (tokens.accept(Keyword.NOTHING)) {
      return new OnConflict(arbiter, null, position);
    }
    tokens.expect(Keyword.UPDATE, Keyword.SET);
    List<Assignment> assignments = assignments();
    Expression where = selects.acceptCondition(Keyword.WHERE);
    return new OnConflict(arbiter, new ConflictUpdate(assignments, where), position);
  }

  private @Nullable Arbiter acceptArbiter() {
    if (tokens.accept(Keyword.ON)) {
      tokens.expect(Keyword.CONSTRAINT);
      return new Arbiter.Constraint(grammar.names.name());
    }
    if (!tokens.at(TokenKind.LEFT_PAREN)) {
      return null;
    }
    List<IndexElement> elements =
        tokens.parenthesized(grammar.statements().tables().constraints()::indexElement);
    return new Arbiter.Inferred(elements, selects.acceptCondition(Keyword.WHERE));
  }

  private List<SelectItem> acceptReturning() {
    return tokens.accept(Keyword.RETURNING) ? selects.items() : List.of();
  }

  /** A column, or a field or element of it. */
  Assignable assignable() {
    Name column = grammar.names.name();
    List<Part> parts = List.of();
    while (tokens.at(TokenKind.DOT) || tokens.at(TokenKind.LEFT_BRACKET)) {
      if (parts.isEmpty()) {
        parts = new ArrayList<>();
      }
      int position = tokens.position();
      if (tokens.accept(TokenKind.DOT)) {
        parts.add(new Part.Field(grammar.names.label(), position));
      } else {
        parts.add(new Part.Element(grammar.expressions.primaries().subscript(), position));
      }
    }
    return new Assignable(column, parts);
  }

  List<Assignment> assignments() {
    return tokens.list(this::assignment);
  }

  private Assignment assignment() {
    int position = tokens.position();
    boolean multiple = tokens.at(TokenKind.LEFT_PAREN);
    List<Assignable> targets =
        multiple ? tokens.parenthesized(this::assignable) : List.of(assignable());
    tokens.expect(TokenKind.EQUALS);
    return new Assignment(targets, multiple, grammar.expressions.expression(), position);
  }

  Update update(@Nullable With with, int position) {
    tokens.expect(Keyword.UPDATE);
    Target target = target();
    tokens.expect(Keyword.SET);
    List<Assignment> assignments = assignments();
    List<FromItem> from = tokens.accept(Keyword.FROM) ? selects.from().items() : List.of();
    return new Update(with, target, assignments, from, acceptWhere(), acceptReturning(), position);
  }

  /** A table with an alias, for which AS may be left out unless the alias is SET. */
  Target target() {
    FromItem.Table table = selects.from().relation();
    int position = tokens.position();
    boolean as = tokens.accept(Keyword.AS);
    if (!as && (tokens.at(Keyword.SET) || !NameParser.isColumnName(tokens.current()))) {
      return new Target(table.name(), table.only(), null);
    }
    Alias alias = new Alias(grammar.names.name().text(), List.of(), position);
    return new Target(table.name(), table.only(), alias);
  }

  /** WHERE with a condition, or with the row that a cursor is at. */
  private @Nullable Expression acceptWhere() {
    if (!tokens.at(Keyword.WHERE, Keyword.CURRENT) || tokens.ahead(2).keyword != Keyword.OF) {
      return selects.acceptCondition(Keyword.WHERE);
    }
    tokens.advance();
    int position = tokens.position();
    tokens.skip(2);
    return new Expression.CurrentOf(grammar.names.name().text(), position);
  }

  Delete delete(@Nullable With with, int position) {
    tokens.expect(Keyword.DELETE, Keyword.FROM);
    Target target = target();
    List<FromItem> using = tokens.accept(Keyword.USING) ? selects.from().items() : List.of();
    return new Delete(with, target, using, acceptWhere(), acceptReturning(), position);
  }

  Truncate truncate() {
    int position = tokens.position();
    tokens.expect(Keyword.TRUNCATE);
    tokens.accept(Keyword.TABLE);
    List<QualifiedName> tables = tokens.list(() -> selects.from().relation().name());
    boolean restart = tokens.accept(Keyword.RESTART, Keyword.IDENTITY);
    if (!restart) {
      tokens.accept(Keyword.CONTINUE, Keyword.IDENTITY);
    }
    return new Truncate(tables, restart, tokens.acceptCascade(), position);
  }
}
