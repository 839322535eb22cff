package dev.troupe.sql.type.format;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.type.SqlArray;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TypeSession;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads array literals: {1,2}, {{a,"b c"},{NULL,d}}, [2:3]={1,2}. */
final class ArrayTextParser {
  private static final int UNKNOWN_LENGTH = -1;

  private final String text;
  private final SqlType elementType;
  private final Format elements;
  private final TypeSession session;
  private final List<@Nullable Object> values = new ArrayList<>();
  private final int[] lengths = new int[SqlArray.DIMENSIONS_MAX];
  private int dimensions = UNKNOWN_LENGTH;
  private int position;

  ArrayTextParser(String text, SqlType elementType, Format elements, TypeSession session) {
    this.text = text;
    this.elementType = elementType;
    this.elements = elements;
    this.session = session;
    Arrays.fill(lengths, UNKNOWN_LENGTH);
  }

  SqlArray parse() {
    skipBlanks();
    List<int[]> bounds = readBounds();
    if (peek() != '{') {
      throw bounds.isEmpty()
          ? malformed("Array value must start with \"{\" or dimension information.")
          : malformed("Array contents must start with \"{\".");
    }
    readDimension(0);
    skipBlanks();
    if (position < text.length()) {
      throw malformed("Junk after closing right brace.");
    }
    return build(bounds);
  }

  private SqlArray build(List<int[]> bounds) {
    if (values.isEmpty()) {
      return SqlArray.empty(elementType);
    }
    int[] shape = Arrays.copyOf(lengths, dimensions);
    int[] lowerBounds = new int[dimensions];
    Arrays.fill(lowerBounds, 1);
    if (!bounds.isEmpty()) {
      if (bounds.size() != dimensions) {
        throw malformed("Specified array dimensions do not match array contents.");
      }
      for (int d = 0; d < dimensions; d++) {
        lowerBounds[d] = bounds.get(d)[0];
        if (bounds.get(d)[1] - (long) lowerBounds[d] + 1 != shape[d]) {
          throw malformed("Specified array dimensions do not match array contents.");
        }
      }
    }
    return SqlArray.of(elementType, shape, lowerBounds, values.toArray());
  }

  private List<int[]> readBounds() {
    List<int[]> bounds = new ArrayList<>();
    while (peek() == '[') {
      if (bounds.size() == SqlArray.DIMENSIONS_MAX) {
        throw tooManyDimensions(bounds.size() + 1);
      }
      position++;
      int first = readBound();
      int[] bound = {1, first};
      if (peek() == ':') {
        position++;
        bound = new int[] {first, readBound()};
      }
      if (peek() != ']') {
        throw malformed("Missing \"]\" after array dimensions.");
      }
      position++;
      if (bound[1] < bound[0]) {
        throw new SqlException(
            SqlState.ARRAY_SUBSCRIPT_ERROR, "upper bound cannot be less than lower bound");
      }
      bounds.add(bound);
      skipBlanks();
    }
    if (!bounds.isEmpty()) {
      if (peek() != '=') {
        throw malformed("Missing \"=\" after array dimensions.");
      }
      position++;
      skipBlanks();
    }
    return bounds;
  }

  private int readBound() {
    int start = position;
    if (peek() == '-' || peek() == '+') {
      position++;
    }
    while (peek() >= '0' && peek() <= '9') {
      position++;
    }
    try {
      return Integer.parseInt(text, start, position, 10);
    } catch (NumberFormatException notOne) {
      throw malformed("\"[\" must introduce explicitly-specified array dimensions.");
    }
  }

  private static SqlException tooManyDimensions(int count) {
    return new SqlException(
        SqlState.PROGRAM_LIMIT_EXCEEDED,
        "number of array dimensions ("
            + count
            + ") exceeds the maximum allowed ("
            + SqlArray.DIMENSIONS_MAX
            + ")");
  }

  /** Reads from an opening brace to behind its closing one. */
  private void readDimension(int depth) {
    if (depth == SqlArray.DIMENSIONS_MAX) {
      throw tooManyDimensions(depth + 1);
    }
    position++;
    int count = 0;
    skipBlanks();
    if (peek() == '}' && depth == 0) {
      position++;
      return;
    }
    while (true) {
      skipBlanks();
      if (peek() == '{') {
        requireInner(depth);
        readDimension(depth + 1);
      } else {
        requireLeaf(depth);
        readElement();
      }
      count++;
      skipBlanks();
      char next = peek();
      position++;
      if (next == '}') {
        break;
      }
      if (next != ',') {
        position--;
        throw next == '\0' && position >= text.length()
            ? malformed("Unexpected end of input.")
            : malformed("Unexpected \"" + next + "\" character.");
      }
    }
    if (lengths[depth] != UNKNOWN_LENGTH && lengths[depth] != count) {
      throw ragged();
    }
    lengths[depth] = count;
  }

  private void requireInner(int depth) {
    if (dimensions != UNKNOWN_LENGTH && depth + 1 >= dimensions) {
      throw malformed("Unexpected \"{\" character.");
    }
  }

  private void requireLeaf(int depth) {
    if (dimensions == UNKNOWN_LENGTH) {
      dimensions = depth + 1;
    } else if (depth + 1 != dimensions) {
      throw malformed("Unexpected array element.");
    }
  }

  private SqlException ragged() {
    return malformed("Multidimensional arrays must have sub-arrays with matching dimensions.");
  }

  private void readElement() {
    StringBuilder content = new StringBuilder();
    boolean quoted = peek() == '"';
    if (quoted) {
      position++;
      readQuoted(content);
    } else {
      readUnquoted(content);
    }
    boolean isNull = !quoted && content.toString().equalsIgnoreCase("null");
    values.add(isNull ? null : elements.readText(content.toString(), session));
  }

  private void readQuoted(StringBuilder content) {
    while (true) {
      if (position >= text.length()) {
        throw malformed("Unexpected end of input.");
      }
      char c = text.charAt(position++);
      if (c == '"') {
        break;
      }
      content.append(c == '\\' ? escaped() : c);
    }
    skipBlanks();
    if (peek() != ',' && peek() != '}') {
      throw position >= text.length()
          ? malformed("Unexpected end of input.")
          : malformed("Unexpected array element.");
    }
  }

  private char escaped() {
    if (position >= text.length()) {
      throw malformed("Unexpected end of input.");
    }
    return text.charAt(position++);
  }

  private void readUnquoted(StringBuilder content) {
    int significant = 0;
    while (position < text.length()) {
      char c = text.charAt(position);
      if (c == ',' || c == '}') {
        break;
      }
      if (c == '{' || c == '"') {
        throw c == '{'
            ? malformed("Unexpected \"{\" character.")
            : malformed("Unexpected array element.");
      }
      position++;
      boolean escape = c == '\\';
      content.append(escape ? escaped() : c);
      if (escape || !Format.isSpace(c)) {
        significant = content.length();
      }
    }
    content.setLength(significant);
    if (significant == 0) {
      throw position >= text.length()
          ? malformed("Unexpected end of input.")
          : malformed("Unexpected \"" + peek() + "\" character.");
    }
  }

  private void skipBlanks() {
    while (position < text.length() && Format.isSpace(text.charAt(position))) {
      position++;
    }
  }

  private char peek() {
    return position < text.length() ? text.charAt(position) : '\0';
  }

  private SqlException malformed(String detail) {
    return new SqlException(
            SqlState.INVALID_TEXT_REPRESENTATION, "malformed array literal: \"" + text + "\"")
        .withDetail(detail);
  }
}
