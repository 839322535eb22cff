package dev.troupe.sql.function.system;

import dev.troupe.sql.function.define.Definitions;
import dev.troupe.sql.syntax.Identifiers;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** pg_get_keywords, by which drivers and tools learn what has to be quoted. */
public final class Keywords {
  private Keywords() {}

  public static void define(Definitions to) {
    to.addTable(
        "pg_get_keywords()"
            + " table(word text, catcode char, barelabel bool, catdesc text, baredesc text) stable",
        (arguments, context) -> rows());
  }

  private static Iterator<@Nullable Object[]> rows() {
    return Identifiers.keywords().stream().map(Keywords::row).iterator();
  }

  private static @Nullable Object[] row(Identifiers.Word word) {
    String use =
        switch (word.category()) {
          case 'U' -> "unreserved";
          case 'C' -> "unreserved (cannot be function or type name)";
          case 'T' -> "reserved (can be function or type name)";
          default -> "reserved";
        };
    return new @Nullable Object[] {
      word.word(),
      String.valueOf(word.category()),
      word.bareLabel(),
      use,
      word.bareLabel() ? "can be bare label" : "requires AS"
    };
  }
}
