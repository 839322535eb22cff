package dev.troupe.sql.schema;

import dev.troupe.sql.catalog.ColumnDescriptor;
import dev.troupe.sql.catalog.ElementState;
import dev.troupe.sql.catalog.IndexDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.syntax.ast.Constraint;
import dev.troupe.sql.syntax.ast.Expression;
import dev.troupe.sql.syntax.ast.IndexElement;
import dev.troupe.sql.syntax.ast.Name;
import dev.troupe.sql.syntax.ast.Option;
import dev.troupe.sql.syntax.ast.QualifiedName;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TypeId;
import dev.troupe.sql.type.TypeNames;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes indexes for drafts of tables. */
final class IndexDefinitions {
  private static final int KEYS_MAX = 32;

  /** Methods whose queries an ordered index answers, too. */
  private static final Set<String> METHODS = Set.of("btree", "hash");

  private static final Set<String> OTHER_METHODS = Set.of("gin", "gist", "spgist", "brin");

  private final DdlContext context;

  IndexDefinitions(DdlContext context) {
    this.context = context;
  }

  /** What is asked for of an index that is not part of a constraint. */
  record Request(
      @Nullable Name name,
      boolean unique,
      List<IndexElement> elements,
      Constraint.IndexStorage storage,
      @Nullable Expression where) {}

  /** Adds an index of CREATE INDEX, or of INDEX inside of CREATE TABLE. */
  IndexDescriptor add(TableDraft draft, Request request) {
    checkCount(request.elements().size());
    checkStorage(request.storage());
    List<IndexDescriptor.Key> keys = new ArrayList<>();
    List<String> named = new ArrayList<>();
    for (IndexElement element : request.elements()) {
      ColumnDescriptor column = column(draft, element);
      checkOrdered(column.type());
      checkElement(element);
      keys.add(new IndexDescriptor.Key(column.id(), element.descending(), nullsFirst(element)));
      named.add(column.name());
    }
    Name given = request.name();
    String name =
        given == null
            ? ObjectNaming.constraint(draft.name, named, "idx", other -> isTaken(draft, other))
            : given.text();
    checkFree(draft, name);
    IndexDescriptor index =
        new IndexDescriptor(
            draft.takeIndexId(),
            context.changes().nextId(),
            name,
            request.unique(),
            false,
            false,
            keys,
            included(draft, request.storage().include()),
            predicate(draft, request.where()),
            ElementState.PUBLIC);
    draft.indexes.add(index);
    return index;
  }

  /** Adds the index of a UNIQUE or PRIMARY KEY constraint. */
  IndexDescriptor addUnique(TableDraft draft, Constraint.Unique constraint) {
    checkCount(constraint.columns().size());
    checkStorage(constraint.storage());
    checkSupported(constraint.nullsNotDistinct(), constraint.timing(), constraint.position());
    boolean primary = constraint.primary();
    List<IndexDescriptor.Key> keys = new ArrayList<>();
    List<String> named = new ArrayList<>();
    for (Name name : constraint.columns()) {
      ColumnDescriptor column = keyColumn(draft, name);
      if (named.contains(column.name())) {
        throw SqlException.of(
                SqlState.DUPLICATE_COLUMN,
                "column \"%s\" appears twice in %s constraint",
                column.name(),
                primary ? "primary key" : "unique")
            .at(name.position());
      }
      checkOrdered(column.type());
      keys.add(new IndexDescriptor.Key(column.id(), false, false));
      named.add(column.name());
    }
    String name = uniqueName(draft, constraint.name(), primary, named);
    IndexDescriptor index =
        new IndexDescriptor(
            draft.takeIndexId(),
            context.changes().nextId(),
            name,
            true,
            primary,
            true,
            keys,
            included(draft, constraint.storage().include()),
            null,
            ElementState.PUBLIC);
    if (primary) {
      draft.setPrimary(index);
      keys.forEach(key -> draft.replace(key.column(), column -> column.nullable(false)));
    } else {
      draft.indexes.add(index);
    }
    return index;
  }

  private String uniqueName(
      TableDraft draft, @Nullable String given, boolean primary, List<String> columns) {
    if (given == null) {
      return primary
          ? ObjectNaming.relation(context.catalog(), draft.schema, draft.name, List.of(), "pkey")
          : free(draft, columns);
    }
    draft.checkNewConstraint(given);
    checkFree(draft, given);
    return given;
  }

  /** Names of the draft's own indexes are not in the catalog yet. */
  private String free(TableDraft draft, List<String> columns) {
    return ObjectNaming.constraint(
        draft.name, columns, "key", name -> isTaken(draft, name) || draft.hasConstraint(name));
  }

  private boolean isTaken(TableDraft draft, String name) {
    return context.catalog().isTaken(draft.schema, name)
        || draft.name.equals(name)
        || draft.indexes.stream().anyMatch(index -> index.name().equals(name));
  }

  private void checkFree(TableDraft draft, String name) {
    if (isTaken(draft, name)) {
      throw DdlContext.alreadyExists(name);
    }
  }

  private static ColumnDescriptor keyColumn(TableDraft draft, Name name) {
    ColumnDescriptor found = draft.find(name.text());
    if (found == null) {
      throw SqlException.of(
              SqlState.UNDEFINED_COLUMN, "column \"%s\" named in key does not exist", name.text())
          .at(name.position());
    }
    return found;
  }

  private static ColumnDescriptor column(TableDraft draft, IndexElement element) {
    if (element.value() instanceof Expression.ColumnReference(QualifiedName name)
        && name.parts().size() == 1) {
      ColumnDescriptor found = draft.find(name.last());
      if (found == null) {
        throw SqlException.of(
                SqlState.UNDEFINED_COLUMN, "column \"%s\" does not exist", name.last())
            .at(name.position());
      }
      return found;
    }
    throw new SqlException(
            SqlState.FEATURE_NOT_SUPPORTED, "indexes on expressions are not supported")
        .withHint("Add a generated column and put the index on it.")
        .at(element.position());
  }

  private static void checkElement(IndexElement element) {
    QualifiedName collation = element.collation();
    if (collation != null
        && !Set.of("default", "C", "POSIX", "ucs_basic").contains(collation.last())) {
      throw SqlException.of(
              SqlState.UNDEFINED_OBJECT,
              "collation \"%s\" for encoding \"UTF8\" does not exist",
              collation.last())
          .at(collation.position());
    }
    QualifiedName operators = element.operatorClass();
    if (operators != null && !operators.last().endsWith("_ops")) {
      throw SqlException.of(
              SqlState.UNDEFINED_OBJECT,
              "operator class \"%s\" does not exist for access method \"btree\"",
              operators.last())
          .at(operators.position());
    }
  }

  private static boolean nullsFirst(IndexElement element) {
    return element.nulls() == null
        ? element.descending()
        : element.nulls() == dev.troupe.sql.syntax.ast.OrderItem.NullsOrder.FIRST;
  }

  private static void checkOrdered(SqlType type) {
    SqlType element = type.element();
    if (type.id() == TypeId.JSON || (element != null && element.id() == TypeId.JSON)) {
      throw SqlException.of(
              SqlState.UNDEFINED_OBJECT,
              "data type %s has no default operator class for access method \"btree\"",
              TypeNames.format(type))
          .withHint(
              "You must specify an operator class for the index or define a default operator"
                  + " class for the data type.");
    }
  }

  private static void checkCount(int keys) {
    if (keys > KEYS_MAX) {
      throw SqlException.of(
          SqlState.TOO_MANY_COLUMNS, "cannot use more than %d columns in an index", KEYS_MAX);
    }
  }

  static void checkMethod(String method, int position) {
    if (METHODS.contains(method)) {
      return;
    }
    throw (OTHER_METHODS.contains(method)
            ? SqlException.of(
                SqlState.FEATURE_NOT_SUPPORTED, "access method \"%s\" is not supported", method)
            : SqlException.of(
                SqlState.UNDEFINED_OBJECT, "access method \"%s\" does not exist", method))
        .at(position);
  }

  static void checkSupported(boolean nullsNotDistinct, Constraint.Timing timing, int position) {
    if (nullsNotDistinct) {
      throw new SqlException(SqlState.FEATURE_NOT_SUPPORTED, "NULLS NOT DISTINCT is not supported")
          .at(position);
    }
    if (timing.deferrable()) {
      throw new SqlException(
              SqlState.FEATURE_NOT_SUPPORTED, "deferrable unique constraints are not supported")
          .at(position);
    }
  }

  private static void checkStorage(Constraint.IndexStorage storage) {
    if (storage.hashed()) {
      throw new SqlException(
          SqlState.FEATURE_NOT_SUPPORTED, "keys spread by a hash are not supported");
    }
    for (Option option : storage.parameters()) {
      if (!Set.of("fillfactor", "deduplicate_items", "buffering").contains(option.name())) {
        throw SqlException.of(
                SqlState.INVALID_PARAMETER_VALUE, "unrecognized parameter \"%s\"", option.name())
            .at(option.position());
      }
    }
  }

  private List<Integer> included(TableDraft draft, List<Name> names) {
    List<Integer> columns = new ArrayList<>();
    Set<Integer> seen = new HashSet<>();
    for (Name name : names) {
      int column = draft.column(name.text(), name.position()).id();
      if (seen.add(column)) {
        columns.add(column);
      }
    }
    return columns;
  }

  private @Nullable String predicate(TableDraft draft, @Nullable Expression where) {
    if (where == null) {
      return null;
    }
    TableDescriptor table = draft.hasPrimary() ? draft.build() : withRowId(draft);
    context.checker().checkIndexPredicate(where, table, context.catalog());
    return context.text(where);
  }

  /** The table as expressions see it while its primary key is not made yet. */
  static TableDescriptor withRowId(TableDraft draft) {
    if (draft.hasPrimary()) {
      return draft.build();
    }
    draft.setPrimary(
        new IndexDescriptor(
            TableDraft.PRIMARY_INDEX_ID,
            0,
            "",
            true,
            true,
            false,
            List.of(),
            List.of(),
            null,
            ElementState.PUBLIC));
    TableDescriptor table = draft.build();
    draft.clearPrimary();
    return table;
  }
}
