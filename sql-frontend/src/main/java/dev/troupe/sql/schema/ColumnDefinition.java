package dev.troupe.sql.schema;

import dev.troupe.sql.catalog.ColumnDescriptor;
import dev.troupe.sql.catalog.ColumnDescriptor.Identity;
import dev.troupe.sql.catalog.SequenceDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.syntax.Identifiers;
import dev.troupe.sql.syntax.ast.ColumnConstraint;
import dev.troupe.sql.syntax.ast.Expression;
import dev.troupe.sql.syntax.ast.TableElement;
import dev.troupe.sql.syntax.ast.TypeName;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TypeId;
import dev.troupe.sql.type.TypeNames;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns the definition of a column into a column of a draft. What makes constraints of the table is
 * left to {@link ConstraintDefinition}.
 */
final class ColumnDefinition {
  private static final Map<String, SqlType> SERIALS =
      Map.of(
          "serial", SqlType.INT4,
          "serial4", SqlType.INT4,
          "bigserial", SqlType.INT8,
          "serial8", SqlType.INT8,
          "smallserial", SqlType.INT2,
          "serial2", SqlType.INT2);

  private static final Set<String> SYSTEM_COLUMNS =
      Set.of("tableoid", "xmin", "cmin", "xmax", "cmax", "ctid");

  private final DdlContext context;
  private final SequenceStatements sequences;
  private final TableDraft table;
  private final TableElement.Column definition;
  private final String name;
  private boolean notNull;
  private boolean allowsNull;
  private @Nullable Expression defaultValue;
  private @Nullable Expression generated;
  private ColumnConstraint.@Nullable Identity identity;

  ColumnDefinition(
      DdlContext context,
      SequenceStatements sequences,
      TableDraft table,
      TableElement.Column definition) {
    this.context = context;
    this.sequences = sequences;
    this.table = table;
    this.definition = definition;
    this.name = definition.name().text();
  }

  /** Adds the column to the draft, at its end. */
  ColumnDescriptor add() {
    checkName(table, name, definition.name().position());
    SqlType serial = serial(definition.type());
    SqlType type = serial == null ? type(definition.type()) : serial;
    definition.constraints().forEach(this::read);
    int id = table.takeColumnId();
    ColumnDraft draft = new ColumnDraft(id, name, type);
    if (serial != null) {
      checkNoDefault();
      giveSequence(draft, id, type);
    }
    giveIdentity(draft, id, type);
    Expression value = defaultValue;
    if (value != null) {
      context.checker().checkDefault(value, draft.build(), context.catalog());
      draft.defaultSql(context.text(value));
    }
    if (notNull) {
      draft.nullable(false);
    }
    ColumnDescriptor column = draft.build();
    table.columns.add(column);
    return column;
  }

  /** Completes generated columns when all columns are there. */
  void finish(TableDescriptor withAllColumns) {
    Expression value = generated;
    if (value != null) {
      ColumnDescriptor column = table.column(name, definition.position());
      context.checker().checkGenerated(value, column, withAllColumns, context.catalog());
      table.replace(column.id(), draft -> draft.generatedSql(context.text(value)));
    }
  }

  @Nullable Expression defaultValue() {
    return defaultValue;
  }

  boolean isGenerated() {
    return generated != null;
  }

  static void checkName(TableDraft table, String name, int position) {
    if (SYSTEM_COLUMNS.contains(name)) {
      throw SqlException.of(
              SqlState.DUPLICATE_COLUMN,
              "column name \"%s\" conflicts with a system column name",
              name)
          .at(position);
    }
    if (table.find(name) != null) {
      throw SqlException.of(
              SqlState.DUPLICATE_COLUMN, "column \"%s\" specified more than once", name)
          .at(position);
    }
  }

  private static @Nullable SqlType serial(TypeName type) {
    SqlType serial = type.name().parts().size() == 1 ? SERIALS.get(type.name().last()) : null;
    if (serial != null && type.arrayDimensions() > 0) {
      throw new SqlException(SqlState.FEATURE_NOT_SUPPORTED, "array of serial is not implemented")
          .at(type.position());
    }
    return serial;
  }

  private SqlType type(TypeName written) {
    SqlType type = context.checker().bindType(written);
    checkStorable(type, name);
    return type;
  }

  static void checkStorable(SqlType type, String column) {
    TypeId id = type.id();
    if (id == TypeId.RECORD || id == TypeId.VOID || id == TypeId.UNKNOWN) {
      throw SqlException.of(
          SqlState.INVALID_TABLE_DEFINITION,
          "column \"%s\" has pseudo-type %s",
          column,
          TypeNames.format(type));
    }
  }

  private void read(ColumnConstraint constraint) {
    switch (constraint) {
      case ColumnConstraint.NotNull of -> {
        notNull = true;
        checkNullness(of.position());
      }
      case ColumnConstraint.AllowsNull of -> {
        allowsNull = true;
        checkNullness(of.position());
      }
      case ColumnConstraint.Default of -> {
        if (defaultValue != null) {
          throw twice("default values", of.position());
        }
        defaultValue = of.value();
      }
      case ColumnConstraint.Generated of -> {
        if (generated != null) {
          throw twice("generation clauses", of.position());
        }
        generated = of.value();
      }
      case ColumnConstraint.Identity of -> {
        if (identity != null) {
          throw twice("identity specifications", of.position());
        }
        identity = of;
      }
      case ColumnConstraint.Check of -> {}
      case ColumnConstraint.Unique of -> {}
      case ColumnConstraint.References of -> {}
    }
    checkOneSource(constraint.position());
  }

  private void checkNullness(int position) {
    if (notNull && allowsNull) {
      throw SqlException.of(
              SqlState.SYNTAX_ERROR,
              "conflicting NULL/NOT NULL declarations for column \"%s\" of table \"%s\"",
              name,
              table.name)
          .at(position);
    }
  }

  private SqlException twice(String what, int position) {
    return SqlException.of(
            SqlState.SYNTAX_ERROR,
            "multiple %s specified for column \"%s\" of table \"%s\"",
            what,
            name,
            table.name)
        .at(position);
  }

  private void checkOneSource(int position) {
    if (defaultValue != null && identity != null) {
      throw both("default and identity", position);
    }
    if (defaultValue != null && generated != null) {
      throw both("default and generation expression", position);
    }
    if (identity != null && generated != null) {
      throw both("identity and generation expression", position);
    }
  }

  private SqlException both(String what, int position) {
    return SqlException.of(
            SqlState.SYNTAX_ERROR,
            "both %s specified for column \"%s\" of table \"%s\"",
            what,
            name,
            table.name)
        .at(position);
  }

  private void checkNoDefault() {
    if (defaultValue != null || generated != null) {
      throw twice("default values", definition.position());
    }
  }

  private void giveSequence(ColumnDraft draft, int id, SqlType type) {
    SequenceDescriptor sequence = sequences.createFor(table, id, name, type, List.of());
    draft.sequence(sequence.id()).nullable(false).defaultSql(nextValue(sequence));
  }

  static String nextValue(SequenceDescriptor sequence) {
    String name = Identifiers.quote(sequence.schema(), sequence.name());
    return "nextval(" + Identifiers.literal(name) + "::regclass)";
  }

  private void giveIdentity(ColumnDraft draft, int id, SqlType type) {
    ColumnConstraint.Identity of = identity;
    if (of == null) {
      return;
    }
    if (allowsNull) {
      throw SqlException.of(
              SqlState.SYNTAX_ERROR,
              "conflicting NULL/NOT NULL declarations for column \"%s\" of table \"%s\"",
              name,
              table.name)
          .at(of.position());
    }
    checkIdentityType(type);
    SequenceDescriptor sequence = sequences.createFor(table, id, name, type, of.options());
    draft
        .sequence(sequence.id())
        .nullable(false)
        .defaultSql(nextValue(sequence))
        .identity(of.always() ? Identity.ALWAYS : Identity.BY_DEFAULT);
  }

  static void checkIdentityType(SqlType type) {
    if (!type.equals(SqlType.INT2) && !type.equals(SqlType.INT4) && !type.equals(SqlType.INT8)) {
      throw new SqlException(
          SqlState.INVALID_PARAMETER_VALUE,
          "identity column type must be smallint, integer, or bigint");
    }
  }
}
