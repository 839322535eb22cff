package dev.troupe.sql.syntax;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.syntax.ast.ColumnConstraint;
import dev.troupe.sql.syntax.ast.Constraint;
import dev.troupe.sql.syntax.ast.Constraint.Action;
import dev.troupe.sql.syntax.ast.Constraint.IndexStorage;
import dev.troupe.sql.syntax.ast.Constraint.Match;
import dev.troupe.sql.syntax.ast.Constraint.Reference;
import dev.troupe.sql.syntax.ast.Constraint.Timing;
import dev.troupe.sql.syntax.ast.Expression;
import dev.troupe.sql.syntax.ast.IndexElement;
import dev.troupe.sql.syntax.ast.Name;
import dev.troupe.sql.syntax.ast.Option;
import dev.troupe.sql.syntax.ast.QualifiedName;
import dev.troupe.sql.syntax.ast.SequenceOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Constraints of columns and of tables, and the indexes among the elements of a table. */
final class ConstraintParser {
  private final Grammar grammar;
  private final Tokens tokens;

  ConstraintParser(Grammar grammar) {
    this.grammar = grammar;
    this.tokens = grammar.tokens;
  }

  /** All that is said of a column or domain behind its type, apart from its collation. */
  List<ColumnConstraint> columnConstraints() {
    List<ColumnConstraint> constraints = new ArrayList<>();
    ColumnConstraint constraint = acceptColumnConstraint();
    while (constraint != null) {
      constraints.add(constraint);
      constraint = acceptColumnConstraint();
    }
    return constraints;
  }

  private @Nullable ColumnConstraint acceptColumnConstraint() {
    String name = acceptName();
    int position = tokens.position();
    Keyword keyword = tokens.current().keyword;
    ColumnConstraint constraint = keyword == null ? null : column(keyword, name, position);
    if (constraint == null && name != null) {
      throw tokens.unexpected();
    }
    return constraint;
  }

  private @Nullable String acceptName() {
    return tokens.accept(Keyword.CONSTRAINT) ? grammar.names.name().text() : null;
  }

  private @Nullable ColumnConstraint column(Keyword keyword, @Nullable String name, int position) {
    return switch (keyword) {
      case NOT -> {
        tokens.advance();
        tokens.expect(Keyword.NULL);
        yield new ColumnConstraint.NotNull(name, position);
      }
      case NULL -> {
        tokens.advance();
        yield new ColumnConstraint.AllowsNull(name, position);
      }
      case DEFAULT -> {
        tokens.advance();
        Expression value = grammar.expressions.restricted();
        yield new ColumnConstraint.Default(name, value, position);
      }
      case CHECK -> {
        Expression condition = check();
        yield new ColumnConstraint.Check(name, condition, acceptNoInherit(), position);
      }
      case UNIQUE, PRIMARY -> unique(name, position);
      case REFERENCES -> {
        tokens.advance();
        yield new ColumnConstraint.References(name, reference(), timing(), position);
      }
      case GENERATED -> generated(name, position);
      default -> null;
    };
  }

  private Expression check() {
    tokens.expect(Keyword.CHECK);
    tokens.expect(TokenKind.LEFT_PAREN);
    Expression condition = grammar.expressions.expression();
    tokens.expect(TokenKind.RIGHT_PAREN);
    return condition;
  }

  private boolean acceptNoInherit() {
    return tokens.accept(Keyword.NO, Keyword.INHERIT);
  }

  private ColumnConstraint unique(@Nullable String name, int position) {
    boolean primary = acceptPrimary();
    boolean nullsNotDistinct = !primary && acceptNullsNotDistinct();
    IndexStorage storage = storage(acceptHash(), List.of());
    return new ColumnConstraint.Unique(
        name, primary, nullsNotDistinct, storage, timing(), position);
  }

  /** PRIMARY KEY, or else UNIQUE. */
  private boolean acceptPrimary() {
    if (tokens.accept(Keyword.PRIMARY)) {
      tokens.expect(Keyword.KEY);
      return true;
    }
    tokens.expect(Keyword.UNIQUE);
    return false;
  }

  /** {@code NULLS NOT DISTINCT}; {@code NULLS DISTINCT} is what holds anyway. */
  boolean acceptNullsNotDistinct() {
    if (!tokens.accept(Keyword.NULLS)) {
      return false;
    }
    boolean not = tokens.accept(Keyword.NOT);
    tokens.expect(Keyword.DISTINCT);
    return not;
  }

  private boolean acceptHash() {
    if (tokens.at(Keyword.USING) && tokens.isWord(1, "hash")) {
      tokens.skip(2);
      return true;
    }
    return false;
  }

  /** WITH and USING INDEX TABLESPACE. */
  private IndexStorage storage(boolean hashed, List<Name> include) {
    List<Option> parameters = new OptionParser(grammar).acceptWith();
    Name tablespace = null;
    if (tokens.at(Keyword.USING, Keyword.INDEX) && tokens.ahead(2).keyword == Keyword.TABLESPACE) {
      tokens.skip(3);
      tablespace = grammar.names.name();
    }
    boolean plain = include.isEmpty() && !hashed && parameters.isEmpty() && tablespace == null;
    return plain ? IndexStorage.PLAIN : new IndexStorage(include, hashed, parameters, tablespace);
  }

  private ColumnConstraint generated(@Nullable String name, int position) {
    tokens.advance();
    int kindAt = tokens.position();
    boolean always = generatedAlways();
    tokens.expect(Keyword.AS);
    if (tokens.accept(Keyword.IDENTITY)) {
      List<SequenceOption> options = new SequenceParser(grammar).acceptParenthesizedOptions();
      return new ColumnConstraint.Identity(name, always, options, position);
    }
    if (!always) {
      throw new SqlException(
              SqlState.SYNTAX_ERROR, "for a generated column, GENERATED ALWAYS must be specified")
          .at(kindAt);
    }
    tokens.expect(TokenKind.LEFT_PAREN);
    Expression value = grammar.expressions.expression();
    tokens.expect(TokenKind.RIGHT_PAREN);
    tokens.expect(Keyword.STORED);
    return new ColumnConstraint.Generated(name, value, position);
  }

  /** ALWAYS, or else BY DEFAULT. */
  boolean generatedAlways() {
    if (tokens.accept(Keyword.ALWAYS)) {
      return true;
    }
    tokens.expect(Keyword.BY, Keyword.DEFAULT);
    return false;
  }

  private Reference reference() {
    QualifiedName table = grammar.names.qualified();
    List<Name> columns = grammar.names.acceptParenthesizedNames();
    Match match = match();
    Action onDelete = Action.NO_ACTION;
    List<Name> onDeleteColumns = List.of();
    Action onUpdate = Action.NO_ACTION;
    while (tokens.accept(Keyword.ON)) {
      if (tokens.accept(Keyword.UPDATE)) {
        onUpdate = action();
      } else {
        tokens.expect(Keyword.DELETE);
        onDelete = action();
        boolean sets = onDelete == Action.SET_NULL || onDelete == Action.SET_DEFAULT;
        onDeleteColumns = sets ? grammar.names.acceptParenthesizedNames() : List.of();
      }
    }
    return new Reference(table, columns, match, onDelete, onDeleteColumns, onUpdate);
  }

  private Match match() {
    if (!tokens.accept(Keyword.MATCH)) {
      return Match.SIMPLE;
    }
    if (tokens.accept(Keyword.FULL)) {
      return Match.FULL;
    }
    if (tokens.accept(Keyword.PARTIAL)) {
      return Match.PARTIAL;
    }
    tokens.expect(Keyword.SIMPLE);
    return Match.SIMPLE;
  }

  private Action action() {
    if (tokens.accept(Keyword.RESTRICT)) {
      return Action.RESTRICT;
    }
    if (tokens.accept(Keyword.CASCADE)) {
      return Action.CASCADE;
    }
    if (tokens.accept(Keyword.NO)) {
      tokens.expect(Keyword.ACTION);
      return Action.NO_ACTION;
    }
    tokens.expect(Keyword.SET);
    if (tokens.accept(Keyword.NULL)) {
      return Action.SET_NULL;
    }
    tokens.expect(Keyword.DEFAULT);
    return Action.SET_DEFAULT;
  }

  /** DEFERRABLE, INITIALLY DEFERRED and their opposites. */
  Timing timing() {
    boolean deferrable = false;
    boolean deferred = false;
    while (true) {
      int position = tokens.position();
      if (tokens.accept(Keyword.DEFERRABLE)) {
        deferrable = true;
      } else if (tokens.at(Keyword.NOT, Keyword.DEFERRABLE)) {
        tokens.skip(2);
        if (deferred) {
          throw new SqlException(
                  SqlState.SYNTAX_ERROR,
                  "constraint declared INITIALLY DEFERRED must be DEFERRABLE")
              .at(position);
        }
      } else if (tokens.accept(Keyword.INITIALLY)) {
        deferred = tokens.accept(Keyword.DEFERRED);
        deferrable |= deferred;
        if (!deferred) {
          tokens.expect(Keyword.IMMEDIATE);
        }
      } else {
        return deferrable || deferred ? new Timing(deferrable, deferred) : Timing.IMMEDIATE;
      }
    }
  }

  /** A constraint of a table. */
  Constraint constraint() {
    Constraint constraint = acceptConstraint();
    if (constraint == null) {
      throw tokens.unexpected();
    }
    return constraint;
  }

  /** A constraint or index of a table; null when a column begins here. */
  @Nullable Constraint acceptConstraint() {
    int position = tokens.position();
    String name = acceptName();
    Keyword keyword = tokens.current().keyword;
    if (keyword == null) {
      if (name != null) {
        throw tokens.unexpected();
      }
      return null;
    }
    return switch (keyword) {
      case CHECK -> {
        Expression condition = check();
        boolean noInherit = acceptNoInherit();
        boolean notValid = acceptNotValid();
        noInherit |= acceptNoInherit();
        yield new Constraint.Check(name, condition, noInherit, notValid, position);
      }
      case UNIQUE, PRIMARY -> uniqueColumns(name, position);
      case FOREIGN -> foreignKey(name, position);
      case EXCLUDE -> {
        if (name == null && !tokens.isNext(Keyword.USING) && !atParenthesis(1)) {
          yield null;
        }
        throw new SqlException(
                SqlState.FEATURE_NOT_SUPPORTED, "exclusion constraints are not supported")
            .at(position);
      }
      case INDEX -> name == null && atIndex() ? index(false, position) : null;
      default -> {
        if (name != null) {
          throw tokens.unexpected();
        }
        yield null;
      }
    };
  }

  private boolean atParenthesis(int distance) {
    return tokens.ahead(distance).kind == TokenKind.LEFT_PAREN;
  }

  /**
   * Whether INDEX begins an index: a column could have the name too. What stands in the parentheses
   * of a type is a number.
   */
  private boolean atIndex() {
    if (atParenthesis(1)) {
      return true;
    }
    return atParenthesis(2) && tokens.ahead(3).kind != TokenKind.INTEGER;
  }

  private Constraint uniqueColumns(@Nullable String name, int position) {
    if (tokens.at(Keyword.UNIQUE, Keyword.INDEX)) {
      tokens.advance();
      return index(true, position);
    }
    boolean primary = acceptPrimary();
    if (tokens.accept(Keyword.USING)) {
      tokens.expect(Keyword.INDEX);
      String index = grammar.names.name().text();
      return new Constraint.ByIndex(name, primary, index, timing(), position);
    }
    boolean nullsNotDistinct = !primary && acceptNullsNotDistinct();
    List<Name> columns = grammar.names.parenthesizedNames();
    boolean hashed = acceptHash();
    IndexStorage storage = storage(hashed, acceptInclude());
    return new Constraint.Unique(
        name, primary, nullsNotDistinct, columns, storage, timing(), position);
  }

  List<Name> acceptInclude() {
    return tokens.accept(Keyword.INCLUDE) ? grammar.names.parenthesizedNames() : List.of();
  }

  private Constraint foreignKey(@Nullable String name, int position) {
    tokens.advance();
    tokens.expect(Keyword.KEY);
    List<Name> columns = grammar.names.parenthesizedNames();
    tokens.expect(Keyword.REFERENCES);
    Reference reference = reference();
    Timing timing = timing();
    boolean notValid = acceptNotValid();
    if (notValid && timing.equals(Timing.IMMEDIATE)) {
      timing = timing();
    }
    return new Constraint.ForeignKey(name, columns, reference, timing, notValid, position);
  }

  private boolean acceptNotValid() {
    return tokens.accept(Keyword.NOT, Keyword.VALID);
  }

  private Constraint index(boolean unique, int position) {
    tokens.expect(Keyword.INDEX);
    String name = tokens.at(TokenKind.LEFT_PAREN) ? null : grammar.names.name().text();
    List<IndexElement> elements = tokens.parenthesized(this::indexElement);
    boolean hashed = acceptHash();
    IndexStorage storage = storage(hashed, acceptInclude());
    Expression where = grammar.queries.selects().acceptCondition(Keyword.WHERE);
    return new Constraint.Index(name, unique, elements, storage, where, position);
  }

  /** A column, a call, or any expression in parentheses, with how it is sorted. */
  IndexElement indexElement() {
    int position = tokens.position();
    Expression value;
    if (tokens.at(TokenKind.LEFT_PAREN)) {
      tokens.advance();
      value = grammar.expressions.expression();
      tokens.expect(TokenKind.RIGHT_PAREN);
    } else {
      value = columnOrCall();
    }
    QualifiedName collation = grammar.names.acceptCollation();
    QualifiedName operatorClass = null;
    if (NameParser.isColumnName(tokens.current()) && !tokens.at(Keyword.NULLS)) {
      operatorClass = grammar.names.qualified();
      if (tokens.at(TokenKind.LEFT_PAREN)) {
        new OptionParser(grammar).definitions();
      }
    }
    OrderParser orders = grammar.expressions.primaries().calls().orders();
    boolean descending = orders.acceptDescending();
    return new IndexElement(
        value, collation, operatorClass, descending, orders.acceptNulls(), position);
  }

  private Expression columnOrCall() {
    Token token = tokens.current();
    TokenKind next = tokens.ahead(1).kind;
    if (next == TokenKind.LEFT_PAREN || next == TokenKind.DOT) {
      return grammar.expressions.primaries().primary();
    }
    if (token.keyword != null && !NameParser.isColumnName(token)) {
      return grammar.expressions.primaries().primary();
    }
    Name column = grammar.names.name();
    return new Expression.ColumnReference(QualifiedName.of(column.text(), column.position()));
  }
}
