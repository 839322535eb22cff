package dev.troupe.sql.syntax.ast;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A constraint or index of a whole table. A name is null when none was given. */
public sealed interface Constraint extends TableElement {
  @Nullable String name();

  /** CHECK; of a domain too. */
  record Check(
      @Nullable String name,
      Expression condition,
      boolean noInherit,
      boolean notValid,
      int position)
      implements Constraint {}

  /** UNIQUE or, when primary, PRIMARY KEY. */
  record Unique(
      @Nullable String name,
      boolean primary,
      boolean nullsNotDistinct,
      List<Name> columns,
      IndexStorage storage,
      Timing timing,
      int position)
      implements Constraint {
    public Unique {
      columns = List.copyOf(columns);
    }
  }

  /** UNIQUE or PRIMARY KEY by an index that exists. */
  record ByIndex(@Nullable String name, boolean primary, String index, Timing timing, int position)
      implements Constraint {}

  record ForeignKey(
      @Nullable String name,
      List<Name> columns,
      Reference reference,
      Timing timing,
      boolean notValid,
      int position)
      implements Constraint {
    public ForeignKey {
      columns = List.copyOf(columns);
    }
  }

  /** {@code INDEX name (columns)}, as some other databases let it be written. */
  record Index(
      @Nullable String name,
      boolean unique,
      List<IndexElement> elements,
      IndexStorage storage,
      @Nullable Expression where,
      int position)
      implements Constraint {
    public Index {
      elements = List.copyOf(elements);
    }
  }

  /**
   * How an index is kept.
   *
   * @param include columns that are stored beside the keys
   * @param hashed spread by a hash of the keys ({@code USING HASH} of a key of a table)
   * @param parameters of WITH
   */
  record IndexStorage(
      List<Name> include, boolean hashed, List<Option> parameters, @Nullable Name tablespace) {
    /** Nothing was said. */
    public static final IndexStorage PLAIN = new IndexStorage(List.of(), false, List.of(), null);

    public IndexStorage {
      include = List.copyOf(include);
      parameters = List.copyOf(parameters);
    }
  }

  /** When a constraint is checked. */
  record Timing(boolean deferrable, boolean initiallyDeferred) {
    /** Nothing was said. */
    public static final Timing IMMEDIATE = new Timing(false, false);
  }

  /**
   * What a foreign key refers to.
   *
   * @param columns the primary key when empty
   * @param onDeleteColumns that SET NULL or SET DEFAULT on deletion is limited to; all when empty
   */
  record Reference(
      QualifiedName table,
      List<Name> columns,
      Match match,
      Action onDelete,
      List<Name> onDeleteColumns,
      Action onUpdate) {
    public Reference {
      columns = List.copyOf(columns);
      onDeleteColumns = List.copyOf(onDeleteColumns);
    }
  }

  /** How a foreign key of several columns treats NULLs. */
  enum Match {
    SIMPLE,
    FULL,
    PARTIAL
  }

  /** What becomes of rows that refer to a row that goes or changes. */
  enum Action {
    NO_ACTION,
    RESTRICT,
    CASCADE,
    SET_NULL,
    SET_DEFAULT
  }
}
