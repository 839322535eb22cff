package dev.troupe.sql.analyze;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a statement does with a relation, for which somebody needs privileges.
 *
 * @param owner in whose name: of the view by which the relation is read; null: whoever runs the
 *     statement
 * @param kinds what is done
 * @param columns numbers of the columns that it is done with, as {@code pg_attribute.attnum}, by
 *     kind; a kind without any needs a privilege on some column
 */
public record Access(long relation, @Nullable String owner, Set<Kind> kinds, Set<Column> columns) {
  public Access {
    kinds = Set.copyOf(kinds);
    columns = Set.copyOf(columns);
  }

  /** A column, and what is done with it. */
  public record Column(Kind kind, int number) {}

  /** Ways to use a relation. */
  public enum Kind {
    SELECT("r"),
    INSERT("a"),
    UPDATE("w"),
    DELETE("d");

    private final String letter;

    Kind(String letter) {
      this.letter = letter;
    }

    /** By which the catalog keeps the privilege. */
    public String letter() {
      return letter;
    }
  }
}
