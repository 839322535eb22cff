package dev.troupe.node.sqlshell;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Collects lines and cuts statements out of them at semicolons. It knows as much of SQL's lexical
 * rules as that takes: strings, quoted names, dollar quotes and comments, which nest. Every
 * character is looked at once, however long a statement becomes.
 */
final class StatementBuffer {
  /** Inside of what the text so far ends. */
  enum Inside {
    NOTHING,
    STRING,
    ESCAPED_STRING,
    NAME,
    DOLLAR_QUOTE,
    LINE_COMMENT,
    BLOCK_COMMENT
  }

  private static final Pattern DOLLAR_TAG = Pattern.compile("\\$(?:[\\p{L}_][\\p{L}\\p{N}_]*)?\\$");

  private final StringBuilder text = new StringBuilder();
  private final List<String> finished = new ArrayList<>();
  private Inside inside = Inside.NOTHING;
  private String dollarTag = "";
  private int commentDepth;
  private int at;
  private boolean begun;

  /** Adds a line and returns the statements that end in it, without their semicolons. */
  List<String> append(String line) {
    text.append(line).append('\n');
    while (at < text.length()) {
      step();
    }
    if (!begun && inside == Inside.NOTHING) {
      clear();
    }
    List<String> statements = List.copyOf(finished);
    finished.clear();
    return statements;
  }

  /** Whether the next line begins something new. */
  boolean isEmpty() {
    return text.isEmpty();
  }

  /** Gives what is there as it is, and forgets it; empty when no statement has begun. */
  String takeRest() {
    String rest = begun ? text.toString().strip() : "";
    clear();
    return rest;
  }

  private void clear() {
    text.setLength(0);
    at = 0;
    begun = false;
    inside = Inside.NOTHING;
    commentDepth = 0;
  }

  private void step() {
    switch (inside) {
      case NOTHING -> outside();
      case STRING -> quoted('\'', false);
      case ESCAPED_STRING -> quoted('\'', true);
      case NAME -> quoted('"', false);
      case DOLLAR_QUOTE -> dollarQuoted();
      case LINE_COMMENT -> lineComment();
      case BLOCK_COMMENT -> blockComment();
    }
  }

  private void outside() {
    char c = text.charAt(at);
    if (c == ';') {
      finish();
    } else if (here("--")) {
      enter(Inside.LINE_COMMENT, 2);
    } else if (here("/*")) {
      commentDepth = 1;
      enter(Inside.BLOCK_COMMENT, 2);
    } else {
      begun |= !Character.isWhitespace(c);
      switch (c) {
        case '\'' -> enter(afterE() ? Inside.ESCAPED_STRING : Inside.STRING, 1);
        case '"' -> enter(Inside.NAME, 1);
        case '$' -> dollar();
        default -> at++;
      }
    }
  }

  private void finish() {
    if (begun) {
      finished.add(text.substring(0, at).strip());
    }
    text.delete(0, at + 1);
    at = 0;
    begun = false;
  }

  private void dollar() {
    Matcher tag = DOLLAR_TAG.matcher(text).region(at, text.length());
    if (!namePartBefore(at) && tag.lookingAt()) {
      dollarTag = tag.group();
      enter(Inside.DOLLAR_QUOTE, dollarTag.length());
    } else {
      at++;
    }
  }

  private void dollarQuoted() {
    int end = text.indexOf(dollarTag, at);
    if (end < 0) {
      at = text.length();
    } else {
      inside = Inside.NOTHING;
      at = end + dollarTag.length();
    }
  }

  private void quoted(char quote, boolean escapes) {
    char c = text.charAt(at);
    if (escapes && c == '\\') {
      at = Math.min(at + 2, text.length());
    } else if (c != quote) {
      at++;
    } else if (at + 1 < text.length() && text.charAt(at + 1) == quote) {
      at += 2;
    } else {
      enter(Inside.NOTHING, 1);
    }
  }

  private void lineComment() {
    if (text.charAt(at) == '\n') {
      inside = Inside.NOTHING;
    }
    at++;
  }

  private void blockComment() {
    if (here("*/")) {
      at += 2;
      commentDepth--;
      if (commentDepth == 0) {
        inside = Inside.NOTHING;
      }
    } else if (here("/*")) {
      at += 2;
      commentDepth++;
    } else {
      at++;
    }
  }

  private void enter(Inside next, int skipped) {
    inside = next;
    at += skipped;
  }

  private boolean here(String token) {
    return text.length() - at >= token.length()
        && text.charAt(at) == token.charAt(0)
        && text.charAt(at + 1) == token.charAt(1);
  }

  private boolean afterE() {
    return at > 0 && Character.toLowerCase(text.charAt(at - 1)) == 'e' && !namePartBefore(at - 1);
  }

  private boolean namePartBefore(int index) {
    if (index == 0) {
      return false;
    }
    char before = text.charAt(index - 1);
    return Character.isLetterOrDigit(before) || before == '_' || before == '$';
  }
}
