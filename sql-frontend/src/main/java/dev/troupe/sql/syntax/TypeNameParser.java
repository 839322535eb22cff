package dev.troupe.sql.syntax;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.syntax.ast.Expression;
import dev.troupe.sql.syntax.ast.IntervalFields;
import dev.troupe.sql.syntax.ast.QualifiedName;
import dev.troupe.sql.syntax.ast.TypeName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Names of types, with the spellings that the standard has for its own. */
final class TypeNameParser {
  private static final int FLOAT4_BITS_MAX = 24;
  private static final int FLOAT8_BITS_MAX = 53;

  private final Grammar grammar;
  private final Tokens tokens;

  TypeNameParser(Grammar grammar) {
    this.grammar = grammar;
    this.tokens = grammar.tokens;
  }

  /** A type with its modifiers and brackets. */
  TypeName type() {
    return brackets(simple());
  }

  private TypeName brackets(TypeName element) {
    if (tokens.accept(Keyword.ARRAY)) {
      if (tokens.accept(TokenKind.LEFT_BRACKET)) {
        grammar.names.integer();
        tokens.expect(TokenKind.RIGHT_BRACKET);
      }
      return element.withArrayDimensions(1);
    }
    int dimensions = 0;
    while (tokens.accept(TokenKind.LEFT_BRACKET)) {
      if (!tokens.at(TokenKind.RIGHT_BRACKET)) {
        grammar.names.integer();
      }
      tokens.expect(TokenKind.RIGHT_BRACKET);
      dimensions++;
    }
    return dimensions == 0 ? element : element.withArrayDimensions(dimensions);
  }

  /** A type without brackets. */
  TypeName simple() {
    TypeName standard = acceptStandard();
    if (standard != null) {
      return standard;
    }
    int position = tokens.position();
    QualifiedName name = grammar.names.function();
    return new TypeName(name, modifiers(), null, 0, position);
  }

  /** One of the types that have spellings of their own; null when there is none. */
  @Nullable TypeName acceptStandard() {
    int position = tokens.position();
    Keyword keyword = tokens.current().keyword;
    if (keyword == null || tokens.isNext(TokenKind.DOT)) {
      return null;
    }
    return switch (keyword) {
      case INT, INTEGER -> word("int4", position);
      case SMALLINT -> word("int2", position);
      case BIGINT -> word("int8", position);
      case REAL -> word("float4", position);
      case BOOLEAN -> word("bool", position);
      case DECIMAL, DEC, NUMERIC -> {
        tokens.advance();
        yield builtIn("numeric", modifiers(), position);
      }
      case FLOAT -> binaryFloat(position);
      case DOUBLE -> doublePrecision(position);
      case CHARACTER, CHAR, NCHAR, VARCHAR, NATIONAL -> characters(position);
      case BIT -> bits(position);
      case TIMESTAMP, TIME -> time(keyword.word, position);
      case INTERVAL -> interval(position);
      default -> null;
    };
  }

  private TypeName word(String name, int position) {
    tokens.advance();
    return TypeName.builtIn(name, position);
  }

  private static TypeName builtIn(String name, List<Expression> modifiers, int position) {
    return new TypeName(QualifiedName.builtIn(name, position), modifiers, null, 0, position);
  }

  private List<Expression> modifiers() {
    return tokens.at(TokenKind.LEFT_PAREN)
        ? tokens.parenthesized(grammar.expressions::expression)
        : List.of();
  }

  /** {@code (n)} or nothing. */
  private List<Expression> modifier() {
    if (!tokens.accept(TokenKind.LEFT_PAREN)) {
      return List.of();
    }
    int position = tokens.position();
    int value = grammar.names.integer();
    tokens.expect(TokenKind.RIGHT_PAREN);
    return List.of(new Expression.IntegerLiteral(Integer.toString(value), position));
  }

  private TypeName binaryFloat(int position) {
    tokens.advance();
    if (!tokens.accept(TokenKind.LEFT_PAREN)) {
      return TypeName.builtIn("float8", position);
    }
    int at = tokens.position();
    int bits = grammar.names.integer();
    tokens.expect(TokenKind.RIGHT_PAREN);
    if (bits < 1 || bits > FLOAT8_BITS_MAX) {
      String bound = bits < 1 ? "at least 1 bit" : "less than 54 bits";
      throw new SqlException(
              SqlState.INVALID_PARAMETER_VALUE, "precision for type float must be " + bound)
          .at(at);
    }
    return TypeName.builtIn(bits <= FLOAT4_BITS_MAX ? "float4" : "float8", position);
  }

  private @Nullable TypeName doublePrecision(int position) {
    if (!tokens.isNext(Keyword.PRECISION)) {
      return null;
    }
    tokens.skip(2);
    return TypeName.builtIn("float8", position);
  }

  private TypeName characters(int position) {
    if (tokens.accept(Keyword.NATIONAL)
        && !tokens.at(Keyword.CHARACTER)
        && !tokens.at(Keyword.CHAR)) {
      throw tokens.unexpected();
    }
    boolean varying = tokens.at(Keyword.VARCHAR);
    tokens.advance();
    varying |= tokens.accept(Keyword.VARYING);
    List<Expression> length = modifier();
    if (varying) {
      return builtIn("varchar", length, position);
    }
    return builtIn("bpchar", length.isEmpty() ? one(position) : length, position);
  }

  private TypeName bits(int position) {
    tokens.advance();
    boolean varying = tokens.accept(Keyword.VARYING);
    List<Expression> length = modifiers();
    if (varying) {
      return builtIn("varbit", length, position);
    }
    return builtIn("bit", length.isEmpty() ? one(position) : length, position);
  }

  private static List<Expression> one(int position) {
    return List.of(new Expression.IntegerLiteral("1", position));
  }

  private TypeName time(String name, int position) {
    tokens.advance();
    List<Expression> precision = modifier();
    boolean zone = false;
    if (tokens.at(Keyword.WITH, Keyword.TIME)) {
      tokens.skip(2);
      tokens.expect(Keyword.ZONE);
      zone = true;
    } else if (tokens.at(Keyword.WITHOUT)) {
      tokens.advance();
      tokens.expect(Keyword.TIME, Keyword.ZONE);
    }
    return builtIn(zone ? name + "tz" : name, precision, position);
  }

  private TypeName interval(int position) {
    tokens.advance();
    List<Expression> precision = modifier();
    if (!precision.isEmpty()) {
      return builtIn("interval", precision, position);
    }
    return intervalFields(TypeName.builtIn("interval", position));
  }

  /** An interval that may be limited to some fields. */
  TypeName intervalFields(TypeName interval) {
    Keyword first = acceptField();
    if (first == null) {
      return interval;
    }
    Keyword last = tokens.accept(Keyword.TO) ? lastField(first) : first;
    IntervalFields fields =
        IntervalFields.valueOf(first == last ? first.name() : first.name() + "_TO_" + last.name());
    List<Expression> precision = last == Keyword.SECOND ? modifier() : List.of();
    return new TypeName(interval.name(), precision, fields, 0, interval.position());
  }

  private @Nullable Keyword acceptField() {
    Keyword keyword = tokens.current().keyword;
    if (keyword == null) {
      return null;
    }
    return switch (keyword) {
      case YEAR, MONTH, DAY, HOUR, MINUTE, SECOND -> {
        tokens.advance();
        yield keyword;
      }
      default -> null;
    };
  }

  /** The field that a range of them ends with, which has to be smaller than the first. */
  private Keyword lastField(Keyword first) {
    Keyword last = tokens.current().keyword;
    boolean valid =
        switch (first) {
          case YEAR -> last == Keyword.MONTH;
          case DAY -> last == Keyword.HOUR || last == Keyword.MINUTE || last == Keyword.SECOND;
          case HOUR -> last == Keyword.MINUTE || last == Keyword.SECOND;
          case MINUTE -> last == Keyword.SECOND;
          default -> false;
        };
    if (last == null || !valid) {
      throw tokens.unexpected();
    }
    tokens.advance();
    return last;
  }
}
