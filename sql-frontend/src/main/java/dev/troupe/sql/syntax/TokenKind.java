package dev.troupe.sql.syntax;

/** Kinds of tokens. */
enum TokenKind {
  END,
  /** A name, quoted or not; text is the folded name. */
  IDENTIFIER,
  KEYWORD,
  INTEGER,
  NUMERIC,
  /** Text is what the literal stands for. */
  STRING,
  BIT_STRING,
  HEX_STRING,
  PARAMETER,
  /** Any operator that has no kind of its own. */
  OPERATOR,
  PLUS,
  MINUS,
  STAR,
  SLASH,
  PERCENT,
  CARET,
  LESS,
  GREATER,
  EQUALS,
  LESS_EQUALS,
  GREATER_EQUALS,
  /** {@code <>} or {@code !=}. */
  NOT_EQUALS,
  LEFT_PAREN,
  RIGHT_PAREN,
  LEFT_BRACKET,
  RIGHT_BRACKET,
  COMMA,
  SEMICOLON,
  DOT,
  DOT_DOT,
  COLON,
  /** {@code ::}. */
  CAST,
  /** {@code :=}. */
  ASSIGN,
  /** {@code =>}. */
  ARROW,
  /** A character that no statement has. */
  UNKNOWN,
  /** Not a token at all: its error is to be told once the parser comes to it. */
  BROKEN
}
