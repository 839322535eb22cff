package dev.troupe.sql.analyze;

import dev.troupe.sql.plan.PlanNode;
import dev.troupe.sql.plan.SqlExpr;
import dev.troupe.sql.type.SqlType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A statement with its names and types resolved.
 *
 * @param plan logical: to be optimized before it is run
 * @param parameterTypes of all parameters, given or inferred
 * @param firstParameter null: there is none
 * @param output columns that the client gets; empty when it gets none
 * @param readOnly whether it can run in a transaction that must not write
 * @param isVolatile whether it calls volatile functions
 * @param relations what the plan depends on
 * @param access what it needs privileges for
 * @param asOf AS OF SYSTEM TIME; null: the present
 */
public record BoundStatement(
    PlanNode plan,
    List<SqlType> parameterTypes,
    @Nullable ParameterPlace firstParameter,
    List<OutputColumn> output,
    Command command,
    boolean readOnly,
    boolean isVolatile,
    List<RelationUse> relations,
    List<Access> access,
    @Nullable SqlExpr asOf) {
  public BoundStatement {
    parameterTypes = List.copyOf(parameterTypes);
    output = List.copyOf(output);
    relations = List.copyOf(relations);
    access = List.copyOf(access);
  }

  /** A parameter, by its number from 1, and where it stands in the text. */
  public record ParameterPlace(int number, int position) {}

  /** What the command tag begins with. */
  public enum Command {
    SELECT,
    INSERT,
    UPDATE,
    DELETE
  }

  /**
   * A column as a client is told about it.
   *
   * @param table id of the table that it comes from unchanged; 0: computed
   * @param attribute id of the column in that table; 0: computed
   */
  public record OutputColumn(String name, SqlType type, long table, int attribute) {}

  /**
   * A relation that was looked at.
   *
   * @param version 0 when the relation has none
   */
  public record RelationUse(long id, long version) {}
}
