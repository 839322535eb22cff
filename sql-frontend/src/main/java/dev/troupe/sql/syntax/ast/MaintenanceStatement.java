package dev.troupe.sql.syntax.ast;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Statements about how data is kept and statements are run. */
public sealed interface MaintenanceStatement extends Statement {

  /** EXPLAIN; options of both spellings: {@code analyze}, {@code verbose}, {@code format} .... */
  record Explain(Statement statement, List<Option> options, int position)
      implements MaintenanceStatement {
    public Explain {
      options = List.copyOf(options);
    }
  }

  /** ANALYZE; of all tables when empty. */
  record Analyze(List<TableColumns> tables, List<Option> options, int position)
      implements MaintenanceStatement {
    public Analyze {
      tables = List.copyOf(tables);
      options = List.copyOf(options);
    }
  }

  /** VACUUM; of all tables when empty. */
  record Vacuum(List<TableColumns> tables, List<Option> options, int position)
      implements MaintenanceStatement {
    public Vacuum {
      tables = List.copyOf(tables);
      options = List.copyOf(options);
    }
  }

  /** A table and some of its columns; all when empty. */
  record TableColumns(QualifiedName table, List<Name> columns) {
    public TableColumns {
      columns = List.copyOf(columns);
    }
  }

  /** REINDEX; system is the SYSTEM form of a database, and the name may be missing there. */
  record Reindex(
      ObjectKind kind,
      boolean system,
      @Nullable QualifiedName name,
      List<Option> options,
      int position)
      implements MaintenanceStatement {
    public Reindex {
      options = List.copyOf(options);
    }
  }

  record Cluster(
      @Nullable QualifiedName table, @Nullable Name index, List<Option> options, int position)
      implements MaintenanceStatement {
    public Cluster {
      options = List.copyOf(options);
    }
  }

  record Checkpoint(int position) implements MaintenanceStatement {}

  /** LOCK TABLE. */
  record LockTables(List<QualifiedName> tables, LockMode mode, boolean nowait, int position)
      implements MaintenanceStatement {
    public LockTables {
      tables = List.copyOf(tables);
    }
  }

  /** Modes of locks on tables, weakest first. */
  enum LockMode {
    ACCESS_SHARE,
    ROW_SHARE,
    ROW_EXCLUSIVE,
    SHARE_UPDATE_EXCLUSIVE,
    SHARE,
    SHARE_ROW_EXCLUSIVE,
    EXCLUSIVE,
    ACCESS_EXCLUSIVE
  }

  /** SHOW RANGES FROM TABLE or INDEX or DATABASE, and of everything (name is null). */
  record ShowRanges(@Nullable ObjectKind kind, @Nullable QualifiedName name, int position)
      implements MaintenanceStatement {}

  /** SHOW ZONE CONFIGURATION of a TABLE, INDEX or DATABASE, and of all (name is null). */
  record ShowZones(@Nullable ObjectKind kind, @Nullable QualifiedName name, int position)
      implements MaintenanceStatement {}

  /** SHOW CREATE TABLE and its like. */
  record ShowCreate(ObjectKind kind, QualifiedName name, int position)
      implements MaintenanceStatement {}

  /** SHOW TABLES, SHOW DATABASES and the like, with the words behind SHOW in lower case. */
  record ShowList(String subject, @Nullable QualifiedName from, int position)
      implements MaintenanceStatement {}

  /** SET CLUSTER SETTING; values are empty for DEFAULT. */
  record SetClusterSetting(String name, List<Expression> values, int position)
      implements MaintenanceStatement {
    public SetClusterSetting {
      values = List.copyOf(values);
    }
  }

  /** SHOW CLUSTER SETTING; all of them when the name is null. */
  record ShowClusterSetting(@Nullable String name, int position) implements MaintenanceStatement {}
}
