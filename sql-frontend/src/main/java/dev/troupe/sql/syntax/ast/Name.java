package dev.troupe.sql.syntax.ast;

/**
 * One identifier, without quotes and folded to lower case unless it was quoted.
 *
 * @param position of its first character in the statement's text, from 0
 */
public record Name(String text, int position) {
  @Override
  public String toString() {
    return text;
  }
}
