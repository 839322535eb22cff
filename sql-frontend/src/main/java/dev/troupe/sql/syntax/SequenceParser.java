package dev.troupe.sql.syntax;

import dev.troupe.sql.syntax.ast.QualifiedName;
import dev.troupe.sql.syntax.ast.SequenceOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Options of sequences. */
final class SequenceParser {
  private final Grammar grammar;
  private final Tokens tokens;

  SequenceParser(Grammar grammar) {
    this.grammar = grammar;
    this.tokens = grammar.tokens;
  }

  List<SequenceOption> acceptParenthesizedOptions() {
    if (!tokens.accept(TokenKind.LEFT_PAREN)) {
      return List.of();
    }
    List<SequenceOption> options = options();
    if (options.isEmpty()) {
      throw tokens.unexpected();
    }
    tokens.expect(TokenKind.RIGHT_PAREN);
    return options;
  }

  List<SequenceOption> options() {
    List<SequenceOption> options = new ArrayList<>();
    SequenceOption option = acceptOption();
    while (option != null) {
      options.add(option);
      option = acceptOption();
    }
    return options;
  }

  @Nullable SequenceOption acceptOption() {
    Keyword keyword = tokens.current().keyword;
    if (keyword == null) {
      return null;
    }
    return switch (keyword) {
      case AS -> {
        tokens.advance();
        yield new SequenceOption.As(grammar.types.type());
      }
      case INCREMENT -> new SequenceOption.Increment(number(Keyword.BY));
      case MINVALUE -> new SequenceOption.MinValue(number(null));
      case MAXVALUE -> new SequenceOption.MaxValue(number(null));
      case START -> new SequenceOption.Start(number(Keyword.WITH));
      case CACHE -> new SequenceOption.Cache(number(null));
      case CYCLE -> {
        tokens.advance();
        yield new SequenceOption.Cycle(true);
      }
      case NO -> negated();
      case RESTART -> restart();
      case OWNED -> ownedBy();
      case SEQUENCE -> {
        tokens.advance();
        tokens.expect(Keyword.NAME);
        yield new SequenceOption.SequenceName(grammar.names.qualified());
      }
      default -> null;
    };
  }

  private String number(@Nullable Keyword particle) {
    tokens.advance();
    if (particle != null) {
      tokens.accept(particle);
    }
    return grammar.names.number();
  }

  private SequenceOption negated() {
    tokens.advance();
    if (tokens.accept(Keyword.MINVALUE)) {
      return new SequenceOption.MinValue(null);
    }
    if (tokens.accept(Keyword.MAXVALUE)) {
      return new SequenceOption.MaxValue(null);
    }
    tokens.expect(Keyword.CYCLE);
    return new SequenceOption.Cycle(false);
  }

  private SequenceOption restart() {
    tokens.advance();
    boolean with = tokens.accept(Keyword.WITH);
    boolean number =
        with
            || tokens.at(TokenKind.INTEGER)
            || tokens.at(TokenKind.NUMERIC)
            || tokens.at(TokenKind.MINUS)
            || tokens.at(TokenKind.PLUS);
    return new SequenceOption.Restart(number ? grammar.names.number() : null);
  }

  private SequenceOption ownedBy() {
    tokens.advance();
    tokens.expect(Keyword.BY);
    if (tokens.accept(Keyword.NONE)) {
      return new SequenceOption.OwnedBy(null);
    }
    QualifiedName column = grammar.names.qualified();
    return new SequenceOption.OwnedBy(column);
  }
}
