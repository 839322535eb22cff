package dev.troupe.sql.syntax.ast;

import dev.troupe.sql.syntax.ast.FromItem.Alias;
import dev.troupe.sql.syntax.ast.Query.With;
import dev.troupe.sql.syntax.ast.QueryBody.SelectItem;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Statements that change rows. */
public sealed interface DataStatement extends Statement {

  /** The table to be changed; alias is null when none was given. */
  record Target(QualifiedName name, boolean only, @Nullable Alias alias) {}

  /**
   * INSERT.
   *
   * @param columns in the order of the values; empty when they were not named
   * @param source null for DEFAULT VALUES; values may contain DEFAULT
   */
  record Insert(
      @Nullable With with,
      Target target,
      List<Assignable> columns,
      @Nullable Overriding overriding,
      @Nullable Query source,
      @Nullable OnConflict onConflict,
      List<SelectItem> returning,
      int position)
      implements DataStatement {
    public Insert {
      columns = List.copyOf(columns);
      returning = List.copyOf(returning);
    }
  }

  /** Whose values identity columns get. */
  enum Overriding {
    USER_VALUE,
    SYSTEM_VALUE
  }

  /**
   * ON CONFLICT.
   *
   * @param arbiter null when any conflict is meant
   * @param update null for DO NOTHING
   */
  record OnConflict(@Nullable Arbiter arbiter, @Nullable ConflictUpdate update, int position) {}

  /** Which unique index decides that there is a conflict. */
  sealed interface Arbiter {
    /** By its columns and, for a partial index, its condition. */
    record Inferred(List<IndexElement> elements, @Nullable Expression where) implements Arbiter {
      public Inferred {
        elements = List.copyOf(elements);
      }
    }

    record Constraint(Name name) implements Arbiter {}
  }

  record ConflictUpdate(List<Assignment> assignments, @Nullable Expression where) {
    public ConflictUpdate {
      assignments = List.copyOf(assignments);
    }
  }

  /** UPDATE. */
  record Update(
      @Nullable With with,
      Target target,
      List<Assignment> assignments,
      List<FromItem> from,
      @Nullable Expression where,
      List<SelectItem> returning,
      int position)
      implements DataStatement {
    public Update {
      assignments = List.copyOf(assignments);
      from = List.copyOf(from);
      returning = List.copyOf(returning);
    }
  }

  /**
   * {@code column = value}, or {@code (a, b) = row}: then there are several targets, and the value
   * is a row constructor or a query.
   *
   * @param multiple whether the targets stood in parentheses, even if there is only one
   */
  record Assignment(List<Assignable> targets, boolean multiple, Expression value, int position) {
    public Assignment {
      targets = List.copyOf(targets);
    }
  }

  /** A column to be set, or a part of it. */
  record Assignable(Name column, List<Part> parts) {
    public Assignable {
      parts = List.copyOf(parts);
    }
  }

  /** A step from a column into its value. */
  sealed interface Part {
    record Field(String name, int position) implements Part {}

    record Element(Expression.Subscript subscript, int position) implements Part {}
  }

  /** DELETE. */
  record Delete(
      @Nullable With with,
      Target target,
      List<FromItem> using,
      @Nullable Expression where,
      List<SelectItem> returning,
      int position)
      implements DataStatement {
    public Delete {
      using = List.copyOf(using);
      returning = List.copyOf(returning);
    }
  }

  /** MERGE. */
  record Merge(
      @Nullable With with,
      Target target,
      FromItem source,
      Expression on,
      List<MergeBranch> branches,
      int position)
      implements DataStatement {
    public Merge {
      branches = List.copyOf(branches);
    }
  }

  /** WHEN [NOT] MATCHED [AND condition] THEN action. */
  record MergeBranch(
      boolean matched, @Nullable Expression condition, MergeAction action, int position) {}

  /** What MERGE does to a row. */
  sealed interface MergeAction {
    record DoNothing() implements MergeAction {}

    record DeleteRow() implements MergeAction {}

    record UpdateRow(List<Assignment> assignments) implements MergeAction {
      public UpdateRow {
        assignments = List.copyOf(assignments);
      }
    }

    /** Values are empty for DEFAULT VALUES. */
    record InsertRow(
        List<Assignable> columns, @Nullable Overriding overriding, List<Expression> values)
        implements MergeAction {
      public InsertRow {
        columns = List.copyOf(columns);
        values = List.copyOf(values);
      }
    }
  }

  /** TRUNCATE. */
  record Truncate(
      List<QualifiedName> tables, boolean restartIdentity, boolean cascade, int position)
      implements DataStatement {
    public Truncate {
      tables = List.copyOf(tables);
    }
  }

  /**
   * COPY.
   *
   * @param from into the table; otherwise out of it
   * @param options of both spellings, under the names of the newer one
   * @param where of COPY FROM; null when it was not said
   */
  record Copy(
      CopySubject subject,
      boolean from,
      CopyEnd end,
      List<Option> options,
      @Nullable Expression where,
      int position)
      implements DataStatement {
    public Copy {
      options = List.copyOf(options);
    }
  }

  /** What COPY reads or fills. */
  sealed interface CopySubject {
    record OfTable(QualifiedName table, List<Name> columns) implements CopySubject {
      public OfTable {
        columns = List.copyOf(columns);
      }
    }

    /** A query, or a statement with RETURNING. */
    record OfStatement(Statement statement) implements CopySubject {}
  }

  /** The other end of a COPY. */
  sealed interface CopyEnd {
    /** STDIN or STDOUT. */
    record Client() implements CopyEnd {}

    record File(String name) implements CopyEnd {}

    record Program(String command) implements CopyEnd {}
  }
}
