package dev.troupe.node.sqlshell;

import org.jline.reader.EOFError;
import org.jline.reader.ParsedLine;
import org.jline.reader.impl.DefaultParser;

/** Tells the line editor when a statement is complete, and which word is to be completed. */
final class StatementParser extends DefaultParser {
  private static final String BETWEEN_WORDS = "(),;=<>+-*/.'";

  StatementParser() {
    setQuoteChars(new char[0]);
    setEscapeChars(new char[0]);
    setEofOnUnclosedQuote(false);
  }

  @Override
  public ParsedLine parse(String line, int cursor, ParseContext context) {
    if (context == ParseContext.ACCEPT_LINE && goesOn(line)) {
      throw new EOFError(-1, -1, "a statement ends with a semicolon");
    }
    return super.parse(line, cursor, context);
  }

  @Override
  public boolean isDelimiterChar(CharSequence text, int position) {
    char c = text.charAt(position);
    return Character.isWhitespace(c) || BETWEEN_WORDS.indexOf(c) >= 0;
  }

  /** Whether a statement has begun and not ended. */
  static boolean goesOn(String text) {
    if (BackslashCommands.isOne(text)) {
      return false;
    }
    StatementBuffer buffer = new StatementBuffer();
    text.lines().forEach(buffer::append);
    return !buffer.isEmpty();
  }
}
