package dev.troupe.sql.session;

/** The words by which a client is told what was done: {@code INSERT 0 5}. */
final class CommandTag {
  private CommandTag() {}

  /** How many rows a tag says were given or changed; 0 when it is not about rows. */
  static long rows(String tag) {
    int from = tag.length();
    while (from > 0 && Character.isDigit(tag.charAt(from - 1))) {
      from--;
    }
    return from == tag.length() ? 0 : Long.parseLong(tag, from, tag.length(), 10);
  }
}
