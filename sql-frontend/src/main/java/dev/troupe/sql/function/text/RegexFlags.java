package dev.troupe.sql.function.text;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;

/**
 * What the letters of a regular expression's flags ask for.
 *
 * @param literal the pattern is a string to be found as it is
 * @param dotStopsAtNewline dots and negated brackets do not match newlines
 * @param lineAnchors circumflex and dollar match at newlines too
 */
record RegexFlags(
    boolean ignoreCase,
    boolean global,
    boolean literal,
    boolean expanded,
    boolean dotStopsAtNewline,
    boolean lineAnchors) {
  static final RegexFlags NONE = new RegexFlags(false, false, false, false, false, false);
  static final RegexFlags IGNORE_CASE = new RegexFlags(true, false, false, false, false, false);

  static RegexFlags parse(String letters) {
    return NONE.with(letters);
  }

  RegexFlags with(String letters) {
    RegexFlags flags = this;
    for (int i = 0; i < letters.length(); ) {
      int letter = letters.codePointAt(i);
      flags = flags.with(letter);
      i += Character.charCount(letter);
    }
    return flags;
  }

  private RegexFlags with(int letter) {
    return switch (letter) {
      case 'g' -> of(ignoreCase, true, literal, expanded, dotStopsAtNewline, lineAnchors);
      case 'i' -> of(true, global, literal, expanded, dotStopsAtNewline, lineAnchors);
      case 'c' -> of(false, global, literal, expanded, dotStopsAtNewline, lineAnchors);
      case 'q' -> of(ignoreCase, global, true, expanded, dotStopsAtNewline, lineAnchors);
      case 'x' -> of(ignoreCase, global, literal, true, dotStopsAtNewline, lineAnchors);
      case 't' -> of(ignoreCase, global, literal, false, dotStopsAtNewline, lineAnchors);
      case 'n', 'm' -> of(ignoreCase, global, literal, expanded, true, true);
      case 'p' -> of(ignoreCase, global, literal, expanded, true, false);
      case 's' -> of(ignoreCase, global, literal, expanded, false, false);
      case 'w' -> of(ignoreCase, global, literal, expanded, false, true);
      case 'b', 'e' -> this;
      default ->
          throw SqlException.of(
              SqlState.INVALID_PARAMETER_VALUE,
              "invalid regular expression option: \"%s\"",
              Character.toString(letter));
    };
  }

  private static RegexFlags of(
      boolean ignoreCase,
      boolean global,
      boolean literal,
      boolean expanded,
      boolean dotStopsAtNewline,
      boolean lineAnchors) {
    return new RegexFlags(ignoreCase, global, literal, expanded, dotStopsAtNewline, lineAnchors);
  }

  /** For functions that say themselves how many matches they look for. */
  RegexFlags requireNotGlobal(String function) {
    if (global) {
      throw SqlException.of(
          SqlState.INVALID_PARAMETER_VALUE, "%s does not support the \"global\" option", function);
    }
    return this;
  }
}
