package dev.troupe.sql.function.text;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.eval.EvalContext;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Compiled regular expressions, and matching that a statement's cancellation ends. */
final class Regex {
  private static final int CACHED_MAX = 512;
  private static final ConcurrentHashMap<Key, Pattern> CACHE = new ConcurrentHashMap<>();

  private record Key(String pattern, RegexFlags flags) {}

  private Regex() {}

  static Pattern compile(String pattern, RegexFlags flags) {
    Key key = new Key(pattern, flags);
    Pattern known = CACHE.get(key);
    if (known != null) {
      return known;
    }
    Pattern compiled = compileNew(pattern, flags);
    if (CACHE.size() >= CACHED_MAX) {
      CACHE.clear();
    }
    CACHE.put(key, compiled);
    return compiled;
  }

  private static Pattern compileNew(String pattern, RegexFlags given) {
    RegexFlags flags = given;
    String source = pattern;
    if (source.startsWith("***=")) {
      flags = flags.with("q");
      source = source.substring(4);
    } else if (source.startsWith("***:")) {
      source = source.substring(4);
    }
    if (!flags.literal() && source.matches("(?s)\\(\\?[a-z]+\\).*")) {
      int end = source.indexOf(')');
      flags = flags.with(source.substring(2, end));
      source = source.substring(end + 1);
    }
    int options = Pattern.DOTALL;
    if (flags.ignoreCase()) {
      options |= Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE;
    }
    String translated =
        flags.literal() ? Pattern.quote(source) : RegexTranslation.translate(source, flags);
    try {
      return Pattern.compile(translated, options);
    } catch (PatternSyntaxException wrong) {
      throw RegexTranslation.invalid(reason(wrong));
    }
  }

  private static String reason(PatternSyntaxException wrong) {
    return wrong.getDescription().startsWith("Illegal character range")
        ? "invalid character range"
        : wrong.getDescription();
  }

  static Matcher matcher(Pattern pattern, String text, EvalContext context) {
    return pattern.matcher(new Watched(text, new Steps(context), 0, text.length()));
  }

  /** Looks for the next match. Java's matcher recurses, and patterns can exhaust its stack. */
  static boolean find(Matcher matcher) {
    try {
      return matcher.find();
    } catch (StackOverflowError tooDeep) {
      throw new SqlException(
          SqlState.STATEMENT_TOO_COMPLEX,
          "invalid regular expression: regular expression is too complex");
    }
  }

  static boolean matches(String text, String pattern, RegexFlags flags, EvalContext context) {
    return find(matcher(compile(pattern, flags), text, context));
  }

  /** Counts how often characters are looked at. */
  private static final class Steps {
    private static final int BETWEEN_CHECKS = 1 << 14;

    private final EvalContext context;
    private int left = BETWEEN_CHECKS;

    Steps(EvalContext context) {
      this.context = context;
    }

    void step() {
      left--;
      if (left == 0) {
        left = BETWEEN_CHECKS;
        context.checkCancelled();
      }
    }
  }

  /** A text whose reader can be stopped, since backtracking can take for ever. */
  private record Watched(String text, Steps steps, int start, int end) implements CharSequence {
    @Override
    public int length() {
      return end - start;
    }

    @Override
    public char charAt(int index) {
      steps.step();
      return text.charAt(start + index);
    }

    @Override
    public CharSequence subSequence(int from, int to) {
      return new Watched(text, steps, start + from, start + to);
    }

    @Override
    public String toString() {
      return text.substring(start, end);
    }
  }
}
