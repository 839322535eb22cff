package dev.troupe.sql.syntax;

import dev.troupe.sql.syntax.ast.FromItem;
import dev.troupe.sql.syntax.ast.FromItem.JoinCondition;
import dev.troupe.sql.syntax.ast.FromItem.JoinKind;
import dev.troupe.sql.syntax.ast.Name;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Joins. A chain of them is read in a loop; only conditions that come late need recursion. */
final class JoinParser {
  private final Grammar grammar;
  private final Tokens tokens;
  private final FromParser from;

  JoinParser(Grammar grammar, FromParser from) {
    this.grammar = grammar;
    this.tokens = grammar.tokens;
    this.from = from;
  }

  /** All that is joined to an element that has been read. */
  FromItem joined(FromItem first) {
    FromItem left = first;
    for (int links = 0; atJoin(); links++) {
      if (links > ExpressionParser.CHAIN_MAX) {
        throw tokens.tooComplex();
      }
      left = join(left);
    }
    return left;
  }

  private boolean atJoin() {
    Keyword keyword = tokens.current().keyword;
    if (keyword == null) {
      return false;
    }
    return switch (keyword) {
      case JOIN, INNER, LEFT, RIGHT, FULL, CROSS, NATURAL -> true;
      default -> false;
    };
  }

  private FromItem join(FromItem left) {
    int position = tokens.position();
    if (tokens.accept(Keyword.CROSS)) {
      tokens.expect(Keyword.JOIN);
      FromItem right = from.single();
      return new FromItem.Join(
          JoinKind.CROSS, left, right, new JoinCondition.None(), null, position);
    }
    if (tokens.accept(Keyword.NATURAL)) {
      JoinKind kind = kind();
      FromItem right = from.single();
      return new FromItem.Join(kind, left, right, new JoinCondition.Natural(), null, position);
    }
    JoinKind kind = kind();
    FromItem right = right();
    return new FromItem.Join(kind, left, right, condition(), null, position);
  }

  private JoinKind kind() {
    JoinKind kind = acceptOuter();
    if (kind == null) {
      tokens.accept(Keyword.INNER);
      kind = JoinKind.INNER;
    } else {
      tokens.accept(Keyword.OUTER);
    }
    tokens.expect(Keyword.JOIN);
    return kind;
  }

  private @Nullable JoinKind acceptOuter() {
    if (tokens.accept(Keyword.LEFT)) {
      return JoinKind.LEFT;
    }
    if (tokens.accept(Keyword.RIGHT)) {
      return JoinKind.RIGHT;
    }
    return tokens.accept(Keyword.FULL) ? JoinKind.FULL : null;
  }

  /** Joins before the condition belong to the right side: {@code a JOIN b JOIN c ON .. ON ..}. */
  private FromItem right() {
    tokens.enter();
    FromItem right = from.single();
    while (!tokens.at(Keyword.ON) && !tokens.at(Keyword.USING)) {
      if (!atJoin()) {
        throw tokens.unexpected();
      }
      right = join(right);
    }
    tokens.leave();
    return right;
  }

  private JoinCondition condition() {
    if (tokens.accept(Keyword.ON)) {
      return new JoinCondition.On(grammar.expressions.expression());
    }
    tokens.expect(Keyword.USING);
    List<Name> columns = grammar.names.parenthesizedNames();
    String alias = tokens.accept(Keyword.AS) ? grammar.names.name().text() : null;
    return new JoinCondition.Using(columns, alias);
  }
}
