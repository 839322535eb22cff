package dev.troupe.sql.syntax;

import dev.troupe.sql.syntax.ast.AlterAction;
import dev.troupe.sql.syntax.ast.Expression;
import dev.troupe.sql.syntax.ast.Name;
import dev.troupe.sql.syntax.ast.Option;
import dev.troupe.sql.syntax.ast.QualifiedName;
import dev.troupe.sql.syntax.ast.SequenceOption;
import dev.troupe.sql.syntax.ast.TypeName;
import java.util.ArrayList;
import java.util.List;

/** What follows ALTER COLUMN and its name. */
final class AlterColumnParser {
  private final Grammar grammar;
  private final Tokens tokens;

  AlterColumnParser(Grammar grammar) {
    this.grammar = grammar;
    this.tokens = grammar.tokens;
  }

  AlterAction change(Name column, int position) {
    if (tokens.accept(Keyword.TYPE)) {
      return type(column, position);
    }
    if (tokens.accept(Keyword.DROP)) {
      return drop(column, position);
    }
    if (tokens.accept(Keyword.ADD)) {
      tokens.expect(Keyword.GENERATED);
      boolean always = grammar.statements().tables().constraints().generatedAlways();
      tokens.expect(Keyword.AS, Keyword.IDENTITY);
      List<SequenceOption> options = new SequenceParser(grammar).acceptParenthesizedOptions();
      return new AlterAction.AddIdentity(column, always, options, position);
    }
    if (tokens.accept(Keyword.RESET)) {
      List<Option> options = new OptionParser(grammar).definitions();
      return new AlterAction.TuneColumn(column, options, true, position);
    }
    if (tokens.at(Keyword.RESTART)) {
      return identity(column, position);
    }
    if (tokens.at(Keyword.SET) && !changesIdentity()) {
      tokens.advance();
      return set(column, position);
    }
    return identity(column, position);
  }

  /** Whether behind SET comes something of an identity. */
  private boolean changesIdentity() {
    Keyword next = tokens.ahead(1).keyword;
    if (next == null) {
      return false;
    }
    return switch (next) {
      case GENERATED, INCREMENT, MINVALUE, MAXVALUE, START, CACHE, CYCLE, NO, RESTART -> true;
      default -> false;
    };
  }

  private AlterAction type(Name column, int position) {
    TypeName type = grammar.types.type();
    QualifiedName collation = grammar.names.acceptCollation();
    Expression using = tokens.accept(Keyword.USING) ? grammar.expressions.expression() : null;
    return new AlterAction.SetType(column, type, collation, using, position);
  }

  private AlterAction drop(Name column, int position) {
    if (tokens.accept(Keyword.DEFAULT)) {
      return new AlterAction.SetDefault(column, null, position);
    }
    if (tokens.accept(Keyword.NOT)) {
      tokens.expect(Keyword.NULL);
      return new AlterAction.SetNotNull(column, false, position);
    }
    if (tokens.accept(Keyword.EXPRESSION)) {
      return new AlterAction.DropExpression(column, tokens.acceptIfExists(), position);
    }
    tokens.expect(Keyword.IDENTITY);
    return new AlterAction.DropIdentity(column, tokens.acceptIfExists(), position);
  }

  private AlterAction set(Name column, int position) {
    if (tokens.accept(Keyword.DATA)) {
      tokens.expect(Keyword.TYPE);
      return type(column, position);
    }
    if (tokens.accept(Keyword.DEFAULT)) {
      return new AlterAction.SetDefault(column, grammar.expressions.expression(), position);
    }
    if (tokens.accept(Keyword.NOT)) {
      tokens.expect(Keyword.NULL);
      return new AlterAction.SetNotNull(column, true, position);
    }
    if (tokens.at(TokenKind.LEFT_PAREN)) {
      List<Option> options = new OptionParser(grammar).definitions();
      return new AlterAction.TuneColumn(column, options, false, position);
    }
    int at = tokens.position();
    if (tokens.at(Keyword.STATISTICS)
        || tokens.at(Keyword.STORAGE)
        || tokens.at(Keyword.COMPRESSION)) {
      String name = grammar.names.label();
      Option option = new Option(name, List.of(new OptionParser(grammar).value()), at);
      return new AlterAction.TuneColumn(column, List.of(option), false, position);
    }
    throw tokens.unexpected();
  }

  private AlterAction identity(Name column, int position) {
    Boolean always = null;
    List<SequenceOption> options = new ArrayList<>();
    while (true) {
      if (tokens.at(Keyword.SET, Keyword.GENERATED)) {
        tokens.skip(2);
        always = grammar.statements().tables().constraints().generatedAlways();
        continue;
      }
      boolean set = changesIdentity() && tokens.accept(Keyword.SET);
      if (!set && !tokens.at(Keyword.RESTART)) {
        break;
      }
      SequenceOption option = new SequenceParser(grammar).acceptOption();
      if (option == null) {
        throw tokens.unexpected();
      }
      options.add(option);
    }
    if (always == null && options.isEmpty()) {
      throw tokens.unexpected();
    }
    return new AlterAction.SetIdentity(column, always, options, position);
  }
}
