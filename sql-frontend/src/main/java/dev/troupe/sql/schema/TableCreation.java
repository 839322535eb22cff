package dev.troupe.sql.schema;

import dev.troupe.sql.catalog.ColumnDescriptor;
import dev.troupe.sql.catalog.ElementState;
import dev.troupe.sql.catalog.IndexDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.syntax.ast.Constraint;
import dev.troupe.sql.syntax.ast.Name;
import dev.troupe.sql.syntax.ast.Option;
import dev.troupe.sql.syntax.ast.QualifiedName;
import dev.troupe.sql.syntax.ast.SchemaStatement.CreateTable;
import dev.troupe.sql.syntax.ast.SchemaStatement.CreateTableAs;
import dev.troupe.sql.syntax.ast.SchemaStatement.TableOptions;
import dev.troupe.sql.syntax.ast.TableElement;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TypeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** CREATE TABLE. */
final class TableCreation {
  static final int COLUMNS_MAX = 1600;

  /** Parameters of other storages, without meaning for this one. */
  private static final Set<String> IGNORED_PARAMETERS =
      Set.of(
          "fillfactor",
          "toast_tuple_target",
          "parallel_workers",
          "user_catalog_table",
          "vacuum_index_cleanup",
          "vacuum_truncate",
          "log_autovacuum_min_duration");

  private final DdlContext context;
  private final SequenceStatements sequences;
  private final IndexDefinitions indexes;
  private final ConstraintDefinition constraints;

  TableCreation(DdlContext context) {
    this.context = context;
    this.sequences = new SequenceStatements(context);
    this.indexes = new IndexDefinitions(context);
    this.constraints = new ConstraintDefinition(context);
  }

  void create(CreateTable statement) {
    SchemaStatements.refuseTemporary(statement.persistence(), statement.position());
    checkOptions(statement.options());
    ObjectName name = creationName(statement.name());
    if (exists(name, statement.ifNotExists())) {
      return;
    }
    TableDraft draft = new TableDraft(context.changes().nextId(), name, context.user());
    List<ColumnDefinition> columns = new ArrayList<>();
    List<TableLike> copies = new ArrayList<>();
    for (TableElement element : statement.elements()) {
      switch (element) {
        case TableElement.Column column -> {
          ColumnDefinition definition = new ColumnDefinition(context, sequences, draft, column);
          definition.add();
          columns.add(definition);
        }
        case TableElement.Like like -> {
          TableLike copy = new TableLike(context, sequences, draft, like);
          copy.addColumns();
          copies.add(copy);
        }
        case Constraint constraint -> {}
      }
    }
    checkColumnCount(draft);
    columns.forEach(column -> column.finish(IndexDefinitions.withRowId(draft)));
    addConstraints(draft, statement.elements(), copies);
    TableDescriptor table = draft.build();
    context.put(table);
    constraints.tellReferenced(table);
    copies.forEach(copy -> copy.copyComments(table));
  }

  private ObjectName creationName(QualifiedName name) {
    try {
      return context.creationName(name);
    } catch (SqlException e) {
      throw e.at(name.position());
    }
  }

  /**
   * CREATE TABLE AS.
   *
   * @return number of rows; negative when the table was there already
   */
  long create(CreateTableAs statement) {
    SchemaStatements.refuseTemporary(statement.persistence(), statement.position());
    if (statement.materializedView()) {
      throw new SqlException(SqlState.FEATURE_NOT_SUPPORTED, "materialized views are not supported")
          .at(statement.position());
    }
    checkOptions(statement.options());
    ObjectName name = context.creationName(statement.name());
    if (exists(name, statement.ifNotExists())) {
      return -1;
    }
    ExpressionChecker.QueryShape shape =
        context.checker().shapeOf(statement.source(), context.catalog());
    if (statement.columns().size() > shape.names().size()) {
      throw new SqlException(SqlState.SYNTAX_ERROR, "too many column names were specified")
          .at(statement.columns().getLast().position());
    }
    TableDraft draft = new TableDraft(context.changes().nextId(), name, context.user());
    for (int i = 0; i < shape.names().size(); i++) {
      Name given = i < statement.columns().size() ? statement.columns().get(i) : null;
      String column = given == null ? shape.names().get(i) : given.text();
      ColumnDefinition.checkName(draft, column, given == null ? -1 : given.position());
      SqlType type = shape.types().get(i);
      SqlType stored = type.id() == TypeId.UNKNOWN ? SqlType.TEXT : type;
      ColumnDefinition.checkStorable(stored, column);
      draft.columns.add(new ColumnDraft(draft.takeColumnId(), column, stored).build());
    }
    checkColumnCount(draft);
    addRowId(draft);
    TableDescriptor table = draft.build();
    context.put(table);
    return statement.withData() ? context.data().fill(table, statement.source()) : 0;
  }

  private boolean exists(ObjectName name, boolean ifNotExists) {
    if (!context.catalog().isTaken(name.schema(), name.name())) {
      return false;
    }
    if (!ifNotExists) {
      throw DdlContext.alreadyExists(name.name());
    }
    context.notice(
        SqlState.DUPLICATE_TABLE, "relation \"%s\" already exists, skipping", name.name());
    return true;
  }

  private static void checkColumnCount(TableDraft draft) {
    if (draft.columns.size() > COLUMNS_MAX) {
      throw SqlException.of(
          SqlState.TOO_MANY_COLUMNS, "tables can have at most %d columns", COLUMNS_MAX);
    }
  }

  private void checkOptions(TableOptions options) {
    if (!options.inherits().isEmpty()) {
      throw new SqlException(SqlState.FEATURE_NOT_SUPPORTED, "inheritance is not supported")
          .at(options.inherits().getFirst().position());
    }
    if (options.partitioning() != null) {
      throw new SqlException(
              SqlState.FEATURE_NOT_SUPPORTED, "declarative partitioning is not supported")
          .withHint("Tables are split into ranges by themselves.")
          .at(options.partitioning().position());
    }
    if (options.onCommit() != null) {
      throw new SqlException(
          SqlState.INVALID_TABLE_DEFINITION, "ON COMMIT can only be used on temporary tables");
    }
    if (options.colocatedWith() != null) {
      throw new SqlException(
              SqlState.FEATURE_NOT_SUPPORTED, "tables beside other tables are not supported")
          .at(options.colocatedWith().position());
    }
    checkTablespace(options.tablespace());
    checkParameters(options.parameters());
  }

  static void checkTablespace(@Nullable Name tablespace) {
    if (tablespace != null && !tablespace.text().equals("pg_default")) {
      throw SqlException.of(
              SqlState.UNDEFINED_OBJECT, "tablespace \"%s\" does not exist", tablespace.text())
          .at(tablespace.position());
    }
  }

  static void checkParameters(List<Option> parameters) {
    for (Option option : parameters) {
      String name = option.name();
      boolean known =
          IGNORED_PARAMETERS.contains(name)
              || name.startsWith("autovacuum_")
              || name.startsWith("toast.")
              || (name.equals("oids") && !"true".equals(option.value()));
      if (!known) {
        throw SqlException.of(
                SqlState.INVALID_PARAMETER_VALUE, "unrecognized parameter \"%s\"", name)
            .at(option.position());
      }
    }
  }

  private void addConstraints(
      TableDraft draft, List<TableElement> elements, List<TableLike> copies) {
    List<Constraint> all = ConstraintList.of(elements);
    for (Constraint constraint : all) {
      if (constraint instanceof Constraint.Unique unique && unique.primary()) {
        if (draft.hasPrimary()) {
          throw multiplePrimaryKeys(draft).at(unique.position());
        }
        indexes.addUnique(draft, unique);
      }
    }
    copies.forEach(TableLike::addPrimaryKey);
    if (!draft.hasPrimary()) {
      addRowId(draft);
    }
    all.forEach(constraint -> addConstraint(draft, constraint, elements));
    copies.forEach(TableLike::addOthers);
    for (Constraint constraint : all) {
      if (constraint instanceof Constraint.ForeignKey key) {
        constraints.addForeignKey(draft, key, true);
      }
    }
  }

  static SqlException multiplePrimaryKeys(TableDraft draft) {
    return SqlException.of(
        SqlState.INVALID_TABLE_DEFINITION,
        "multiple primary keys for table \"%s\" are not allowed",
        draft.name);
  }

  private void addConstraint(TableDraft draft, Constraint constraint, List<TableElement> elements) {
    switch (constraint) {
      case Constraint.Unique unique -> {
        if (!unique.primary()) {
          indexes.addUnique(draft, unique);
        }
      }
      case Constraint.Check check ->
          constraints.addCheck(draft, check, ConstraintList.columnOf(check, elements), true);
      case Constraint.Index index ->
          indexes.add(
              draft,
              new IndexDefinitions.Request(
                  index.name() == null ? null : new Name(index.name(), index.position()),
                  index.unique(),
                  index.elements(),
                  index.storage(),
                  index.where()));
      case Constraint.ByIndex by ->
          throw new SqlException(
                  SqlState.SYNTAX_ERROR, "cannot use an existing index in CREATE TABLE")
              .at(by.position());
      case Constraint.ForeignKey key -> {}
    }
  }

  /** Gives the rows a key that nobody sees. */
  static void addRowId(TableDraft draft) {
    String name = "rowid";
    for (int number = 1; isTaken(draft, name); number++) {
      name = "rowid_" + number;
    }
    ColumnDescriptor column =
        new ColumnDraft(draft.takeColumnId(), name, SqlType.INT8).nullable(false).hide().build();
    draft.columns.add(column);
    draft.setPrimary(
        new IndexDescriptor(
            draft.takeIndexId(),
            0,
            name,
            true,
            true,
            false,
            List.of(new IndexDescriptor.Key(column.id(), false, false)),
            List.of(),
            null,
            ElementState.PUBLIC));
  }

  private static boolean isTaken(TableDraft draft, String column) {
    return draft.columns.stream().anyMatch(other -> other.name().equals(column));
  }
}
