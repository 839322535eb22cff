package dev.troupe.sql.syntax;

import dev.troupe.sql.error.SqlException;
import org.jspecify.annotations.Nullable;

/** A token of the text. Used again and again, so that reading a statement makes no garbage. */
final class Token {
  TokenKind kind = TokenKind.END;

  /** Of a keyword; otherwise null. */
  @Nullable Keyword keyword;

  /** Offset of the first character. */
  int start;

  /** Offset behind the last character. */
  int end;

  /** What the token stands for; empty for keywords and punctuation. */
  String text = "";

  /** Of a broken token; otherwise null. */
  @Nullable SqlException error;

  void set(TokenKind newKind, int newStart, int newEnd) {
    set(newKind, newStart, newEnd, "");
  }

  void set(TokenKind newKind, int newStart, int newEnd, String newText) {
    kind = newKind;
    keyword = null;
    start = newStart;
    end = newEnd;
    text = newText;
  }
}
