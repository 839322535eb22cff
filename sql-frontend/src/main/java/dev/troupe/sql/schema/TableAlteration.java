package dev.troupe.sql.schema;

import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.syntax.Identifiers;
import dev.troupe.sql.syntax.ast.AlterAction;
import dev.troupe.sql.syntax.ast.Name;
import java.util.Locale;

/** One action of ALTER TABLE. */
final class TableAlteration {
  private final DdlContext context;
  private final TableDescriptor table;

  TableAlteration(DdlContext context, TableDescriptor table) {
    this.context = context;
    this.table = table;
  }

  void apply(AlterAction action) {
    ColumnAlteration columns = new ColumnAlteration(context, table);
    ConstraintAlteration constraints = new ConstraintAlteration(context, table);
    switch (action) {
      case AlterAction.AddColumn a -> new ColumnAddition(context, table).add(a);
      case AlterAction.DropColumn a -> new ColumnRemoval(context, table).drop(a);
      case AlterAction.RenameColumn a -> columns.rename(a.column(), a.newName());
      case AlterAction.SetType a -> new ColumnTypeChange(context, table).change(a);
      case AlterAction.SetDefault a -> columns.setDefault(a);
      case AlterAction.SetNotNull a -> columns.setNotNull(a);
      case AlterAction.DropExpression a -> columns.dropExpression(a);
      case AlterAction.AddIdentity a -> columns.addIdentity(a);
      case AlterAction.SetIdentity a -> columns.setIdentity(a);
      case AlterAction.DropIdentity a -> columns.dropIdentity(a);
      case AlterAction.TuneColumn a ->
          new TableDraft(table).column(a.column().text(), a.column().position());
      case AlterAction.AddConstraint a -> constraints.add(a.constraint());
      case AlterAction.DropConstraint a -> constraints.drop(a);
      case AlterAction.ValidateConstraint a -> constraints.validate(a.constraint());
      case AlterAction.AlterConstraint a -> constraints.setTiming(a);
      case AlterAction.RenameConstraint a -> constraints.rename(a);
      case AlterAction.SetTablespace a -> TableCreation.checkTablespace(a.tablespace());
      case AlterAction.SetOptions a -> TableCreation.checkParameters(a.options());
      case AlterAction.ResetOptions a -> TableCreation.checkParameters(a.options());
      case AlterAction.SetLogged a -> {}
      case AlterAction.ReplicaIdentity a -> {}
      case AlterAction.Toggle a -> toggle(a);
      case AlterAction.RenameTo a -> throw notHere(a);
      case AlterAction.SetSchema a -> throw notHere(a);
      case AlterAction.OwnerTo a -> throw notHere(a);
      case AlterAction.ChangeSequence a -> throw notHere(a);
      case AlterAction.AttachPartition a ->
          throw SchemaStatements.unsupported("partitions are not supported", a.position());
      case AlterAction.SplitAt a -> throw aboutRanges(a);
      case AlterAction.UnsplitAt a -> throw aboutRanges(a);
      case AlterAction.ConfigureZone a -> throw aboutRanges(a);
      case AlterAction.SetLocality a -> throw aboutRanges(a);
    }
  }

  private static IllegalArgumentException notHere(AlterAction action) {
    return new IllegalArgumentException("no change of a table: " + action);
  }

  private static SqlException aboutRanges(AlterAction action) {
    return SchemaStatements.unsupported(
        "ranges can only be changed by SPLIT AT, UNSPLIT or CONFIGURE ZONE alone",
        action.position());
  }

  /** There are neither triggers nor rules nor policies: all of them can be switched on. */
  private static void toggle(AlterAction.Toggle toggle) {
    String words = toggle.words().toLowerCase(Locale.ROOT);
    boolean harmless =
        (words.startsWith("enable trigger") && toggle.subject() == null)
            || words.startsWith("disable row level security")
            || words.startsWith("no force row level security");
    if (!harmless) {
      throw SchemaStatements.unsupported(
          "%s is not supported".formatted(toggle.words().toUpperCase(Locale.ROOT)),
          toggle.position());
    }
  }

  static SqlException usedByViews(String change, Name column) {
    return SqlException.of(
            SqlState.FEATURE_NOT_SUPPORTED,
            "cannot %s \"%s\": it is used by a view",
            change,
            column.text())
        .at(column.position());
  }

  static SqlException containsNulls(String column, TableDescriptor table) {
    return SqlException.of(
            SqlState.NOT_NULL_VIOLATION,
            "column \"%s\" of relation \"%s\" contains null values",
            column,
            table.name())
        .withTable(table.schema(), table.name())
        .withColumn(column);
  }

  static String fullName(TableDescriptor table) {
    return Identifiers.quote(table.schema(), table.name());
  }
}
