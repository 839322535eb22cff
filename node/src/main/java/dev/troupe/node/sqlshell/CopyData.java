package dev.troupe.node.sqlshell;

import java.io.IOException;
import java.io.Reader;
import java.util.regex.Pattern;

/**
 * The rows that follow a {@code COPY … FROM STDIN} in a script, up to a line with a backslash and a
 * period, as one stream.
 */
final class CopyData extends Reader {
  private static final String END = "\\.";
  private static final Pattern IN =
      Pattern.compile("copy\\b.*\\bfrom\\s+stdin\\b.*", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
  private static final Pattern OUT =
      Pattern.compile("copy\\b.*\\bto\\s+stdout\\b.*", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  private final LineSource lines;
  private String line = "";
  private int at;
  private boolean ended;

  CopyData(LineSource lines) {
    this.lines = lines;
  }

  static boolean follows(String statement) {
    return IN.matcher(statement).matches();
  }

  static boolean isAnswer(String statement) {
    return OUT.matcher(statement).matches();
  }

  @Override
  public int read(char[] target, int offset, int length) throws IOException {
    if (at == line.length() && !advance()) {
      return -1;
    }
    int count = Math.min(length, line.length() - at);
    line.getChars(at, at + count, target, offset);
    at += count;
    return count;
  }

  private boolean advance() throws IOException {
    String next = ended ? null : lines.next();
    if (next == null || next.equals(END)) {
      ended = true;
      return false;
    }
    line = next + "\n";
    at = 0;
    return true;
  }

  /** Skips what was not read, so that it is not taken for statements. */
  @Override
  public void close() throws IOException {
    while (!ended) {
      advance();
    }
  }
}
