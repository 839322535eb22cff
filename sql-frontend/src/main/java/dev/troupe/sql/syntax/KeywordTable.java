package dev.troupe.sql.syntax;

import org.jspecify.annotations.Nullable;

/** Finds keywords in a text without making strings of it. */
final class KeywordTable {
  private static final int SLOTS = 2048;
  private static final int LONGEST = 20;
  private static final @Nullable Keyword[] TABLE = new @Nullable Keyword[SLOTS];

  static {
    for (Keyword keyword : Keyword.values()) {
      int slot = slot(hash(keyword.word, 0, keyword.word.length()));
      while (TABLE[slot] != null) {
        slot = (slot + 1) & (SLOTS - 1);
      }
      TABLE[slot] = keyword;
    }
  }

  private KeywordTable() {}

  /** The keyword that the text from start to end is, in whatever case; null when it is none. */
  static @Nullable Keyword find(String text, int start, int end) {
    if (end - start > LONGEST) {
      return null;
    }
    int slot = slot(hash(text, start, end));
    for (Keyword found = TABLE[slot]; found != null; found = TABLE[slot]) {
      if (matches(found.word, text, start, end)) {
        return found;
      }
      slot = (slot + 1) & (SLOTS - 1);
    }
    return null;
  }

  private static int hash(String text, int start, int end) {
    int hash = 0;
    for (int i = start; i < end; i++) {
      hash = hash * 31 + Characters.lower(text.charAt(i));
    }
    return hash;
  }

  private static int slot(int hash) {
    return (hash ^ (hash >>> 11)) & (SLOTS - 1);
  }

  private static boolean matches(String word, String text, int start, int end) {
    if (word.length() != end - start) {
      return false;
    }
    for (int i = 0; i < word.length(); i++) {
      if (word.charAt(i) != Characters.lower(text.charAt(start + i))) {
        return false;
      }
    }
    return true;
  }
}
