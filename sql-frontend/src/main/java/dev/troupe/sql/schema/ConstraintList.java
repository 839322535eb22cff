package dev.troupe.sql.schema;

import dev.troupe.sql.syntax.ast.ColumnConstraint;
import dev.troupe.sql.syntax.ast.Constraint;
import dev.troupe.sql.syntax.ast.Name;
import dev.troupe.sql.syntax.ast.TableElement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Brings what was said of columns into the form in which it is said of tables. */
final class ConstraintList {
  private ConstraintList() {}

  /** Constraints of the table and of its columns, in the order in which they were written. */
  static List<Constraint> of(List<TableElement> elements) {
    List<Constraint> all = new ArrayList<>();
    for (TableElement element : elements) {
      switch (element) {
        case Constraint constraint -> all.add(constraint);
        case TableElement.Column column -> all.addAll(of(column));
        case TableElement.Like like -> {}
      }
    }
    return all;
  }

  static List<Constraint> of(TableElement.Column column) {
    List<Constraint> all = new ArrayList<>();
    for (ColumnConstraint constraint : column.constraints()) {
      Constraint translated = ofColumn(column.name(), constraint);
      if (translated != null) {
        all.add(translated);
      }
    }
    return all;
  }

  /** Null for what belongs to the column alone. */
  static @Nullable Constraint ofColumn(Name column, ColumnConstraint constraint) {
    return switch (constraint) {
      case ColumnConstraint.NotNull of -> null;
      case ColumnConstraint.AllowsNull of -> null;
      case ColumnConstraint.Default of -> null;
      case ColumnConstraint.Generated of -> null;
      case ColumnConstraint.Identity of -> null;
      case ColumnConstraint.Check of ->
          new Constraint.Check(of.name(), of.condition(), of.noInherit(), false, of.position());
      case ColumnConstraint.Unique of ->
          new Constraint.Unique(
              of.name(),
              of.primary(),
              of.nullsNotDistinct(),
              List.of(column),
              of.storage(),
              of.timing(),
              of.position());
      case ColumnConstraint.References of ->
          new Constraint.ForeignKey(
              of.name(), List.of(column), of.reference(), of.timing(), false, of.position());
    };
  }

  /** The column at which a check was written; null when it is one of the table. */
  static @Nullable String columnOf(Constraint.Check check, List<TableElement> elements) {
    for (TableElement element : elements) {
      if (element instanceof TableElement.Column column && of(column).contains(check)) {
        return column.name().text();
      }
    }
    return null;
  }
}
