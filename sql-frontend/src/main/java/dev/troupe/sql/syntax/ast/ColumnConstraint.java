package dev.troupe.sql.syntax.ast;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is said of a column behind its type. A name is null when CONSTRAINT was not said. */
public sealed interface ColumnConstraint {
  @Nullable String name();

  int position();

  record NotNull(@Nullable String name, int position) implements ColumnConstraint {}

  /** NULL: said, but nothing is demanded. */
  record AllowsNull(@Nullable String name, int position) implements ColumnConstraint {}

  record Default(@Nullable String name, Expression value, int position)
      implements ColumnConstraint {}

  record Check(@Nullable String name, Expression condition, boolean noInherit, int position)
      implements ColumnConstraint {}

  /** UNIQUE or, when primary, PRIMARY KEY. */
  record Unique(
      @Nullable String name,
      boolean primary,
      boolean nullsNotDistinct,
      Constraint.IndexStorage storage,
      Constraint.Timing timing,
      int position)
      implements ColumnConstraint {}

  record References(
      @Nullable String name, Constraint.Reference reference, Constraint.Timing timing, int position)
      implements ColumnConstraint {}

  /** GENERATED ALWAYS AS (value) STORED. */
  record Generated(@Nullable String name, Expression value, int position)
      implements ColumnConstraint {}

  /** GENERATED ALWAYS | BY DEFAULT AS IDENTITY. */
  record Identity(@Nullable String name, boolean always, List<SequenceOption> options, int position)
      implements ColumnConstraint {
    public Identity {
      options = List.copyOf(options);
    }
  }
}
