package dev.troupe.sql.syntax.ast;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Statements that create, change and drop what has a name in a database. */
public sealed interface SchemaStatement extends Statement {

  /** CREATE TABLE with elements. */
  record CreateTable(
      QualifiedName name,
      boolean ifNotExists,
      Persistence persistence,
      List<TableElement> elements,
      TableOptions options,
      int position)
      implements SchemaStatement {
    public CreateTable {
      elements = List.copyOf(elements);
    }
  }

  /** How long what is created lives. */
  enum Persistence {
    PERMANENT,
    TEMPORARY,
    UNLOGGED
  }

  /**
   * What follows the elements.
   *
   * @param inherits tables to inherit from
   * @param colocatedWith table whose rows the new rows lie beside; null when it was not said
   */
  record TableOptions(
      List<QualifiedName> inherits,
      @Nullable Partitioning partitioning,
      List<Option> parameters,
      @Nullable OnCommit onCommit,
      @Nullable Name tablespace,
      @Nullable QualifiedName colocatedWith) {
    /** Nothing was said. */
    public static final TableOptions NONE =
        new TableOptions(List.of(), null, List.of(), null, null, null);

    public TableOptions {
      inherits = List.copyOf(inherits);
      parameters = List.copyOf(parameters);
    }
  }

  /** PARTITION BY. */
  record Partitioning(String strategy, List<IndexElement> keys, int position) {
    public Partitioning {
      keys = List.copyOf(keys);
    }
  }

  /** What happens to a temporary table when a transaction commits. */
  enum OnCommit {
    PRESERVE_ROWS,
    DELETE_ROWS,
    DROP
  }

  /** CREATE TABLE AS, CREATE MATERIALIZED VIEW, SELECT INTO; columns may be empty. */
  record CreateTableAs(
      QualifiedName name,
      boolean materializedView,
      boolean ifNotExists,
      Persistence persistence,
      List<Name> columns,
      TableOptions options,
      Statement source,
      boolean withData,
      int position)
      implements SchemaStatement {
    public CreateTableAs {
      columns = List.copyOf(columns);
    }
  }

  /** CREATE INDEX; the name is null when it is to be made up. */
  record CreateIndex(
      @Nullable Name name,
      QualifiedName table,
      boolean unique,
      boolean concurrently,
      boolean ifNotExists,
      IndexDefinition definition,
      int position)
      implements SchemaStatement {}

  /**
   * What an index holds.
   *
   * @param method {@code btree} when it was not said
   */
  record IndexDefinition(
      String method,
      List<IndexElement> elements,
      boolean nullsNotDistinct,
      Constraint.IndexStorage storage,
      @Nullable Expression where) {
    public IndexDefinition {
      elements = List.copyOf(elements);
    }
  }

  /**
   * CREATE VIEW.
   *
   * @param checkOption {@code local}, {@code cascaded} or null
   */
  record CreateView(
      QualifiedName name,
      boolean orReplace,
      Persistence persistence,
      boolean recursive,
      List<Name> columns,
      List<Option> options,
      Query query,
      @Nullable String checkOption,
      int position)
      implements SchemaStatement {
    public CreateView {
      columns = List.copyOf(columns);
      options = List.copyOf(options);
    }
  }

  record RefreshMaterializedView(
      QualifiedName name, boolean concurrently, boolean withData, int position)
      implements SchemaStatement {}

  /** CREATE SCHEMA; the name is null when it is that of the role. */
  record CreateSchema(
      @Nullable Name name,
      @Nullable RoleName authorization,
      boolean ifNotExists,
      List<Statement> elements,
      int position)
      implements SchemaStatement {
    public CreateSchema {
      elements = List.copyOf(elements);
    }
  }

  record CreateSequence(
      QualifiedName name,
      boolean ifNotExists,
      Persistence persistence,
      List<SequenceOption> options,
      int position)
      implements SchemaStatement {
    public CreateSequence {
      options = List.copyOf(options);
    }
  }

  /** CREATE TYPE .. AS ENUM. */
  record CreateEnum(QualifiedName name, List<String> labels, int position)
      implements SchemaStatement {
    public CreateEnum {
      labels = List.copyOf(labels);
    }
  }

  /** CREATE TYPE .. AS (fields). */
  record CreateComposite(QualifiedName name, List<FromItem.RecordColumn> fields, int position)
      implements SchemaStatement {
    public CreateComposite {
      fields = List.copyOf(fields);
    }
  }

  record CreateDomain(
      QualifiedName name,
      TypeName type,
      @Nullable QualifiedName collation,
      List<ColumnConstraint> constraints,
      int position)
      implements SchemaStatement {
    public CreateDomain {
      constraints = List.copyOf(constraints);
    }
  }

  record CreateDatabase(Name name, boolean ifNotExists, List<Option> options, int position)
      implements SchemaStatement {
    public CreateDatabase {
      options = List.copyOf(options);
    }
  }

  record CreateExtension(Name name, boolean ifNotExists, List<Option> options, int position)
      implements SchemaStatement {
    public CreateExtension {
      options = List.copyOf(options);
    }
  }

  /**
   * ALTER of whatever is changed by actions.
   *
   * @param only without the tables that inherit from it
   */
  record Alter(
      ObjectKind kind,
      QualifiedName name,
      boolean ifExists,
      boolean only,
      List<AlterAction> actions,
      int position)
      implements SchemaStatement {
    public Alter {
      actions = List.copyOf(actions);
    }
  }

  /** ALTER TYPE .. ADD VALUE; neighbour is null when the value becomes the last one. */
  record AddEnumValue(
      QualifiedName type,
      boolean ifNotExists,
      String value,
      @Nullable String neighbour,
      boolean before,
      int position)
      implements SchemaStatement {}

  record RenameEnumValue(QualifiedName type, String value, String newValue, int position)
      implements SchemaStatement {}

  /** DROP of one or more things of a kind. Role names are of one part. */
  record Drop(
      ObjectKind kind,
      List<QualifiedName> names,
      boolean ifExists,
      boolean cascade,
      boolean concurrently,
      int position)
      implements SchemaStatement {
    public Drop {
      names = List.copyOf(names);
    }
  }

  /**
   * COMMENT ON.
   *
   * @param name of a column with its table before it, of a constraint its own
   * @param table of a constraint; otherwise null
   * @param text null to take the comment away
   */
  record Comment(
      ObjectKind kind,
      QualifiedName name,
      @Nullable QualifiedName table,
      @Nullable String text,
      int position)
      implements SchemaStatement {}
}
