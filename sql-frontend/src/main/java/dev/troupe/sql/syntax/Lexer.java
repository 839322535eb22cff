package dev.troupe.sql.syntax;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a text into tokens by PostgreSQL's rules, one at a time. Knows nothing of statements; what
 * is not a token is told when it is reached, as a broken token.
 */
final class Lexer {
  /** PostgreSQL's longest name is one byte shorter than its NAMEDATALEN. */
  static final int NAME_BYTES_MAX = 63;

  private final String text;
  private final QuotedText quoted;
  private int at;

  Lexer(String text) {
    this(text, 0);
  }

  Lexer(String text, int start) {
    this.text = text;
    this.quoted = new QuotedText(text);
    this.at = start;
  }

  /** Reads the next token; at the end of the text, and behind a broken token, an END. */
  void next(Token token) {
    try {
      skipBlanks();
      scan(token);
    } catch (SqlException error) {
      token.set(TokenKind.BROKEN, at, at);
      token.error = error;
      at = text.length();
    }
  }

  static SqlException error(String message, String text, int start, int end) {
    String near = text.substring(start, end);
    return SqlException.of(SqlState.SYNTAX_ERROR, "%s at or near \"%s\"", message, near).at(start);
  }

  private char peek(int offset) {
    int index = at + offset;
    return index < text.length() ? text.charAt(index) : '\0';
  }

  private void skipBlanks() {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (Characters.isSpace(c)) {
        at++;
      } else if (c == '-' && peek(1) == '-') {
        at = endOfLine(text, at);
      } else if (c == '/' && peek(1) == '*') {
        at = endOfComment();
      } else {
        return;
      }
    }
  }

  static int endOfLine(String text, int from) {
    int end = from;
    while (end < text.length() && text.charAt(end) != '\n' && text.charAt(end) != '\r') {
      end++;
    }
    return end;
  }

  /** Comments nest. */
  private int endOfComment() {
    int depth = 0;
    int end = at;
    while (end + 1 < text.length()) {
      char c = text.charAt(end);
      char next = text.charAt(end + 1);
      if (c == '/' && next == '*') {
        depth++;
        end += 2;
      } else if (c == '*' && next == '/') {
        depth--;
        end += 2;
        if (depth == 0) {
          return end;
        }
      } else {
        end++;
      }
    }
    throw error("unterminated /* comment", text, at, text.length());
  }

  private void scan(Token token) {
    if (at >= text.length()) {
      token.set(TokenKind.END, text.length(), text.length());
      return;
    }
    char c = text.charAt(at);
    if (Characters.startsName(c)) {
      scanWord(token, c);
    } else if (Characters.isDigit(c) || (c == '.' && Characters.isDigit(peek(1)))) {
      scanNumber(token);
    } else if (Characters.isOperator(c)) {
      scanOperator(token);
    } else {
      switch (c) {
        case '\'' -> take(token, TokenKind.STRING, quoted.plain(at, at + 1));
        case '"' -> takeName(token, quoted.name(at, at + 1));
        case '$' -> scanDollar(token);
        default -> scanPunctuation(token, c);
      }
    }
  }

  private void take(Token token, TokenKind kind, String value) {
    token.set(kind, at, quoted.end(), value);
    at = quoted.end();
  }

  private void takeName(Token token, String name) {
    take(token, TokenKind.IDENTIFIER, truncate(name));
  }

  private void scanWord(Token token, char first) {
    char next = peek(1);
    if (next == '\'' || (next == '&' && (first == 'u' || first == 'U'))) {
      if (scanPrefixed(token, first, next)) {
        return;
      }
    }
    int start = at;
    int end = at + 1;
    boolean folded = first < 'A' || first > 'Z';
    while (end < text.length() && Characters.continuesName(text.charAt(end))) {
      char c = text.charAt(end++);
      folded &= c < 'A' || c > 'Z';
    }
    at = end;
    Keyword keyword = KeywordTable.find(text, start, end);
    if (keyword != null) {
      token.set(TokenKind.KEYWORD, start, end, keyword.word);
      token.keyword = keyword;
    } else {
      String name = folded ? text.substring(start, end) : fold(start, end);
      token.set(TokenKind.IDENTIFIER, start, end, truncate(name));
    }
  }

  /** Whether it was a letter that says what kind of quoted text follows. */
  private boolean scanPrefixed(Token token, char first, char next) {
    if (next == '&') {
      char third = peek(2);
      if (third == '\'') {
        take(token, TokenKind.STRING, quoted.unicodeString(at, at + 3));
      } else if (third == '"') {
        takeName(token, quoted.unicodeName(at, at + 3));
      } else {
        return false;
      }
      return true;
    }
    switch (first) {
      case 'e', 'E' -> take(token, TokenKind.STRING, quoted.escaped(at, at + 2));
      case 'b', 'B' -> take(token, TokenKind.BIT_STRING, quoted.bits(at, at + 2));
      case 'x', 'X' -> take(token, TokenKind.HEX_STRING, quoted.bits(at, at + 2));
      case 'n', 'N' -> {
        // N'text' is the word NCHAR and a string.
        token.set(TokenKind.KEYWORD, at, at + 1, Keyword.NCHAR.word);
        token.keyword = Keyword.NCHAR;
        at++;
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private String fold(int start, int end) {
    char[] folded = new char[end - start];
    for (int i = start; i < end; i++) {
      folded[i - start] = Characters.lower(text.charAt(i));
    }
    return new String(folded);
  }

  /** Cuts a name to its longest permitted size in UTF-8, between two characters. */
  static String truncate(String name) {
    if (name.length() <= NAME_BYTES_MAX / 3) {
      return name;
    }
    int bytes = 0;
    int end = 0;
    while (end < name.length()) {
      int point = name.codePointAt(end);
      bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
      if (bytes > NAME_BYTES_MAX) {
        return name.substring(0, end);
      }
      end += Character.charCount(point);
    }
    return name;
  }

  private void scanNumber(Token token) {
    int start = at;
    boolean integer = true;
    skipDigits();
    if (peek(0) == '.' && peek(1) != '.') {
      integer = false;
      at++;
      skipDigits();
    }
    if (peek(0) == 'e' || peek(0) == 'E') {
      integer = false;
      int sign = peek(1) == '+' || peek(1) == '-' ? 1 : 0;
      if (!Characters.isDigit(peek(1 + sign))) {
        throw junk("trailing junk after numeric literal", start, at + 1 + sign);
      }
      at += 1 + sign;
      skipDigits();
    }
    if (Characters.startsName(peek(0))) {
      throw junk("trailing junk after numeric literal", start, at);
    }
    TokenKind kind = integer ? TokenKind.INTEGER : TokenKind.NUMERIC;
    token.set(kind, start, at, text.substring(start, at));
  }

  private void skipDigits() {
    while (Characters.isDigit(peek(0))) {
      at++;
    }
  }

  private SqlException junk(String message, int start, int from) {
    int end = from;
    while (end < text.length() && Characters.continuesName(text.charAt(end))) {
      end++;
    }
    return error(message, text, start, end);
  }

  /** A parameter, or a text between dollars. */
  private void scanDollar(Token token) {
    int start = at;
    if (Characters.isDigit(peek(1))) {
      at++;
      skipDigits();
      if (Characters.startsName(peek(0))) {
        throw junk("trailing junk after parameter", start, at);
      }
      token.set(TokenKind.PARAMETER, start, at, text.substring(start + 1, at));
      return;
    }
    int tagEnd = at + 1;
    if (tagEnd < text.length() && Characters.startsName(text.charAt(tagEnd))) {
      while (tagEnd < text.length() && continuesTag(text.charAt(tagEnd))) {
        tagEnd++;
      }
    }
    if (tagEnd < text.length() && text.charAt(tagEnd) == '$') {
      take(token, TokenKind.STRING, quoted.dollars(at, tagEnd + 1));
    } else {
      token.set(TokenKind.UNKNOWN, at, at + 1);
      at++;
    }
  }

  private static boolean continuesTag(char c) {
    return c != '$' && Characters.continuesName(c);
  }

  private void scanPunctuation(Token token, char c) {
    TokenKind kind =
        switch (c) {
          case '(' -> TokenKind.LEFT_PAREN;
          case ')' -> TokenKind.RIGHT_PAREN;
          case '[' -> TokenKind.LEFT_BRACKET;
          case ']' -> TokenKind.RIGHT_BRACKET;
          case ',' -> TokenKind.COMMA;
          case ';' -> TokenKind.SEMICOLON;
          case '.' -> peek(1) == '.' ? TokenKind.DOT_DOT : TokenKind.DOT;
          case ':' ->
              switch (peek(1)) {
                case ':' -> TokenKind.CAST;
                case '=' -> TokenKind.ASSIGN;
                default -> TokenKind.COLON;
              };
          default -> TokenKind.UNKNOWN;
        };
    boolean pair = kind == TokenKind.DOT_DOT || kind == TokenKind.CAST || kind == TokenKind.ASSIGN;
    int end = at + (pair ? 2 : 1);
    token.set(kind, at, end);
    at = end;
  }

  private void scanOperator(Token token) {
    int start = at;
    int end = endOfOperator(start);
    at = end;
    TokenKind kind = end - start == 1 ? single(text.charAt(start)) : null;
    if (end - start == 2) {
      kind = pair(text.charAt(start), text.charAt(start + 1));
    }
    if (kind != null) {
      token.set(kind, start, end);
    } else if (end - start > NAME_BYTES_MAX) {
      throw error("operator too long", text, start, end);
    } else {
      token.set(TokenKind.OPERATOR, start, end, text.substring(start, end));
    }
  }

  /**
   * Operators are as long as they can be, but a comment ends them, and of several characters the
   * last may be + or - only if there is one that standard SQL's operators do not have.
   */
  private int endOfOperator(int start) {
    int end = start;
    boolean special = false;
    while (end < text.length() && Characters.isOperator(text.charAt(end))) {
      char c = text.charAt(end);
      char next = end + 1 < text.length() ? text.charAt(end + 1) : '\0';
      if (end > start && ((c == '-' && next == '-') || (c == '/' && next == '*'))) {
        break;
      }
      special |= "~!@#^&|`?%".indexOf(c) >= 0;
      end++;
    }
    while (!special && end > start + 1 && "+-".indexOf(text.charAt(end - 1)) >= 0) {
      end--;
    }
    return end;
  }

  private static @Nullable TokenKind single(char c) {
    return switch (c) {
      case '+' -> TokenKind.PLUS;
      case '-' -> TokenKind.MINUS;
      case '*' -> TokenKind.STAR;
      case '/' -> TokenKind.SLASH;
      case '%' -> TokenKind.PERCENT;
      case '^' -> TokenKind.CARET;
      case '<' -> TokenKind.LESS;
      case '>' -> TokenKind.GREATER;
      case '=' -> TokenKind.EQUALS;
      default -> null;
    };
  }

  private static @Nullable TokenKind pair(char first, char second) {
    return switch (first) {
      case '<' ->
          second == '=' ? TokenKind.LESS_EQUALS : second == '>' ? TokenKind.NOT_EQUALS : null;
      case '>' -> second == '=' ? TokenKind.GREATER_EQUALS : null;
      case '!' -> second == '=' ? TokenKind.NOT_EQUALS : null;
      case '=' -> second == '>' ? TokenKind.ARROW : null;
      default -> null;
    };
  }
}
