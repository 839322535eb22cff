package dev.troupe.sql.syntax;

import dev.troupe.sql.syntax.ast.DataStatement.Assignable;
import dev.troupe.sql.syntax.ast.DataStatement.Merge;
import dev.troupe.sql.syntax.ast.DataStatement.MergeAction;
import dev.troupe.sql.syntax.ast.DataStatement.MergeBranch;
import dev.troupe.sql.syntax.ast.DataStatement.Overriding;
import dev.troupe.sql.syntax.ast.DataStatement.Target;
import dev.troupe.sql.syntax.ast.Expression;
import dev.troupe.sql.syntax.ast.FromItem;
import dev.troupe.sql.syntax.ast.Query.With;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** MERGE. */
final class MergeParser {
  private final Grammar grammar;
  private final Tokens tokens;
  private final DataParser data;

  MergeParser(Grammar grammar, DataParser data) {
    this.grammar = grammar;
    this.tokens = grammar.tokens;
    this.data = data;
  }

  Merge merge(@Nullable With with, int position) {
    tokens.expect(Keyword.MERGE, Keyword.INTO);
    Target target = data.target();
    tokens.expect(Keyword.USING);
    FromItem source = grammar.queries.selects().from().item();
    tokens.expect(Keyword.ON);
    Expression on = grammar.expressions.expression();
    List<MergeBranch> branches = new ArrayList<>();
    do {
      branches.add(branch());
    } while (tokens.at(Keyword.WHEN));
    return new Merge(with, target, source, on, branches, position);
  }

  private MergeBranch branch() {
    int position = tokens.position();
    tokens.expect(Keyword.WHEN);
    boolean matched = !tokens.accept(Keyword.NOT);
    tokens.expect(Keyword.MATCHED);
    Expression condition = grammar.queries.selects().acceptCondition(Keyword.AND);
    tokens.expect(Keyword.THEN);
    return new MergeBranch(matched, condition, action(matched), position);
  }

  private MergeAction action(boolean matched) {
    if (tokens.accept(Keyword.DO)) {
      tokens.expect(Keyword.NOTHING);
      return new MergeAction.DoNothing();
    }
    if (matched && tokens.accept(Keyword.DELETE)) {
      return new MergeAction.DeleteRow();
    }
    if (matched) {
      tokens.expect(Keyword.UPDATE, Keyword.SET);
      return new MergeAction.UpdateRow(data.assignments());
    }
    tokens.expect(Keyword.INSERT);
    List<Assignable> columns =
        tokens.at(TokenKind.LEFT_PAREN) ? tokens.parenthesized(data::assignable) : List.of();
    Overriding overriding = data.acceptOverriding();
    if (tokens.accept(Keyword.DEFAULT, Keyword.VALUES)) {
      return new MergeAction.InsertRow(columns, overriding, List.of());
    }
    tokens.expect(Keyword.VALUES);
    List<Expression> values = tokens.parenthesized(grammar.expressions::expression);
    return new MergeAction.InsertRow(columns, overriding, values);
  }
}
