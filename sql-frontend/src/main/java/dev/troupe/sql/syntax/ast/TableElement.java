package dev.troupe.sql.syntax.ast;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What stands between the parentheses of CREATE TABLE. */
public sealed interface TableElement permits TableElement.Column, TableElement.Like, Constraint {
  int position();

  /** A column; constraints are in the order they were written. */
  record Column(
      Name name,
      TypeName type,
      @Nullable QualifiedName collation,
      List<ColumnConstraint> constraints,
      int position)
      implements TableElement {
    public Column {
      constraints = List.copyOf(constraints);
    }
  }

  /** {@code LIKE t INCLUDING ... EXCLUDING ...}, in the order they were written. */
  record Like(QualifiedName table, List<LikeOption> options, int position) implements TableElement {
    public Like {
      options = List.copyOf(options);
    }
  }

  /** What is copied from the other table, or not. */
  record LikeOption(LikeProperty property, boolean including) {}

  /** Names are as in SQL. */
  enum LikeProperty {
    ALL,
    COMMENTS,
    COMPRESSION,
    CONSTRAINTS,
    DEFAULTS,
    GENERATED,
    IDENTITY,
    INDEXES,
    STATISTICS,
    STORAGE
  }
}
