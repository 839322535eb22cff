package dev.troupe.sql.schema;

import dev.troupe.sql.catalog.Relation;
import dev.troupe.sql.syntax.Identifiers;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names of relations inside of stored texts. {@link QueryWriter} writes each of them in full and
 * with an alias behind it, which is what they are known by here.
 */
public final class StoredNames {
  private static final String PART = "(?:[a-z_][a-z0-9_]*|\"(?:[^\"]|\"\")*\")";

  private static final Pattern TABLE =
      Pattern.compile("(?<=[ (])(" + PART + ")\\.(" + PART + ") AS (" + PART + ")");

  private static final Pattern SEQUENCE =
      Pattern.compile("(?<=\\()'(" + PART + ")\\.(" + PART + ")'::regclass");

  /** A literal, or a name. */
  private static final Pattern WORD = Pattern.compile("[EBX]?'(?:[^'\\\\]|''|\\\\.)*'|" + PART);

  private StoredNames() {}

  /** The text with the name of a relation replaced by the one that it has now. */
  static String replace(String text, Relation before, Relation now) {
    String old = Identifiers.quote(before.schema(), before.name());
    String next = Identifiers.quote(now.schema(), now.name());
    String tables =
        Pattern.compile("(?<=[ (])" + Pattern.quote(old) + "(?= AS )")
            .matcher(text)
            .replaceAll(Matcher.quoteReplacement(next));
    return tables.replace("'" + old + "'::regclass", "'" + next + "'::regclass");
  }

  /**
   * The text as it is shown: without schemas that need not be said.
   *
   * @param isVisible whether a name (schema, dot, name, all of it quoted where it must be) is found
   *     by its last part alone
   */
  public static String shorten(String text, Predicate<String> isVisible) {
    String tables =
        TABLE
            .matcher(text)
            .replaceAll(
                found -> {
                  String full = found.group(1) + "." + found.group(2);
                  String name = isVisible.test(full) ? found.group(2) : full;
                  String alias = found.group(3);
                  boolean listed = text.startsWith("(", found.end());
                  return Matcher.quoteReplacement(
                      alias.equals(found.group(2)) && !listed ? name : name + " " + alias);
                });
    return SEQUENCE
        .matcher(tables)
        .replaceAll(
            found -> {
              String full = found.group(1) + "." + found.group(2);
              String name = isVisible.test(full) ? found.group(2) : full;
              return Matcher.quoteReplacement("'" + name + "'::regclass");
            });
  }

  /** Whether a text has this name in it, be it as a column or otherwise. */
  public static boolean mentions(String text, String name) {
    boolean[] found = {false};
    eachName(
        text,
        (word, before, after) -> {
          found[0] |= word.equals(Identifiers.quote(name));
          return word;
        });
    return found[0];
  }

  /** The text of an expression with a column renamed. */
  static String renameColumn(String text, String from, String to) {
    String old = Identifiers.quote(from);
    return eachName(
        text,
        (word, before, after) ->
            word.equals(old) && !before.endsWith(":") && !after.startsWith("(")
                ? Identifiers.quote(to)
                : word);
  }

  /** Gets each name outside of literals with the text around it, and says what stands for it. */
  private interface NameVisitor {
    String replacement(String word, String before, String after);
  }

  private static String eachName(String text, NameVisitor visitor) {
    StringBuilder out = new StringBuilder(text.length());
    Matcher matcher = WORD.matcher(text);
    int end = 0;
    while (matcher.find()) {
      out.append(text, end, matcher.start());
      end = matcher.end();
      String word = matcher.group();
      boolean literal = word.endsWith("'");
      out.append(
          literal
              ? word
              : visitor.replacement(word, text.substring(0, matcher.start()), text.substring(end)));
    }
    return out.append(text, end, text.length()).toString();
  }
}
