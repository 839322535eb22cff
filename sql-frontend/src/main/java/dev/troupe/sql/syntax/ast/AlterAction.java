package dev.troupe.sql.syntax.ast;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** One change that ALTER TABLE, and ALTER of things that are like tables, makes. */
public sealed interface AlterAction {
  int position();

  record AddColumn(TableElement.Column column, boolean ifNotExists, int position)
      implements AlterAction {}

  record DropColumn(Name column, boolean ifExists, boolean cascade, int position)
      implements AlterAction {}

  record RenameColumn(Name column, Name newName, int position) implements AlterAction {}

  /** Using is null when values are cast as in an assignment. */
  record SetType(
      Name column,
      TypeName type,
      @Nullable QualifiedName collation,
      @Nullable Expression using,
      int position)
      implements AlterAction {}

  /** SET DEFAULT, or with null DROP DEFAULT. */
  record SetDefault(Name column, @Nullable Expression value, int position) implements AlterAction {}

  /** SET NOT NULL, or DROP NOT NULL. */
  record SetNotNull(Name column, boolean notNull, int position) implements AlterAction {}

  record DropExpression(Name column, boolean ifExists, int position) implements AlterAction {}

  record AddIdentity(Name column, boolean always, List<SequenceOption> options, int position)
      implements AlterAction {
    public AddIdentity {
      options = List.copyOf(options);
    }
  }

  /** Always is null when it stays as it is. */
  record SetIdentity(
      Name column, @Nullable Boolean always, List<SequenceOption> options, int position)
      implements AlterAction {
    public SetIdentity {
      options = List.copyOf(options);
    }
  }

  record DropIdentity(Name column, boolean ifExists, int position) implements AlterAction {}

  /** SET STATISTICS, STORAGE, COMPRESSION and options of a column: hints to the storage. */
  record TuneColumn(Name column, List<Option> options, boolean reset, int position)
      implements AlterAction {
    public TuneColumn {
      options = List.copyOf(options);
    }
  }

  record AddConstraint(Constraint constraint, int position) implements AlterAction {}

  record DropConstraint(Name constraint, boolean ifExists, boolean cascade, int position)
      implements AlterAction {}

  record ValidateConstraint(Name constraint, int position) implements AlterAction {}

  record AlterConstraint(Name constraint, Constraint.Timing timing, int position)
      implements AlterAction {}

  record RenameConstraint(Name constraint, Name newName, int position) implements AlterAction {}

  record RenameTo(Name newName, int position) implements AlterAction {}

  record SetSchema(Name schema, int position) implements AlterAction {}

  record OwnerTo(RoleName role, int position) implements AlterAction {}

  record SetTablespace(Name tablespace, int position) implements AlterAction {}

  /** SET (...). */
  record SetOptions(List<Option> options, int position) implements AlterAction {
    public SetOptions {
      options = List.copyOf(options);
    }
  }

  /** RESET (...). */
  record ResetOptions(List<Option> options, int position) implements AlterAction {
    public ResetOptions {
      options = List.copyOf(options);
    }
  }

  /** Options of a sequence. */
  record ChangeSequence(List<SequenceOption> options, int position) implements AlterAction {
    public ChangeSequence {
      options = List.copyOf(options);
    }
  }

  /** LOGGED or UNLOGGED. */
  record SetLogged(boolean logged, int position) implements AlterAction {}

  /** ENABLE and DISABLE of TRIGGER, RULE, ROW LEVEL SECURITY; with the words as they were. */
  record Toggle(String words, @Nullable Name subject, int position) implements AlterAction {}

  record ReplicaIdentity(String words, @Nullable Name index, int position) implements AlterAction {}

  record AttachPartition(QualifiedName partition, int position) implements AlterAction {}

  /** SPLIT AT: ranges end before these rows of leading key columns. */
  record SplitAt(Query rows, int position) implements AlterAction {}

  /** UNSPLIT AT: these borders may go; all of them when rows are null. */
  record UnsplitAt(@Nullable Query rows, int position) implements AlterAction {}

  /** CONFIGURE ZONE USING name = value, ...; DISCARD when options are empty. */
  record ConfigureZone(List<Option> options, int position) implements AlterAction {
    public ConfigureZone {
      options = List.copyOf(options);
    }
  }

  /** SURVIVE {ZONE | REGION} FAILURE and SET LOCALITY, with the words as they were. */
  record SetLocality(String words, int position) implements AlterAction {}
}
