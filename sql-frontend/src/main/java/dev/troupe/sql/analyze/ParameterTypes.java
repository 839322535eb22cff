package dev.troupe.sql.analyze;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.plan.SqlExpr;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TypeId;
import dev.troupe.sql.type.TypeNames;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Types of a statement's parameters: those that the client gave, and what uses tell of others. */
final class ParameterTypes {
  private static final int PARAMETERS_MAX = 65_535;

  private final List<SqlType> types;
  private final List<Integer> positions = new ArrayList<>();

  ParameterTypes(List<SqlType> given) {
    types = new ArrayList<>(given);
  }

  /** A parameter as it is known at this place of the statement. */
  SqlExpr reference(int number, int position) {
    if (number < 1 || number > PARAMETERS_MAX) {
      throw SqlException.of(SqlState.UNDEFINED_PARAMETER, "there is no parameter $%d", number)
          .at(position);
    }
    while (types.size() < number) {
      types.add(SqlType.UNKNOWN);
    }
    while (positions.size() < number) {
      positions.add(-1);
    }
    if (positions.get(number - 1) < 0) {
      positions.set(number - 1, position);
    }
    return new SqlExpr.Parameter(number - 1, types.get(number - 1));
  }

  /** The parameter that stands first in the statement; null when there is none. */
  BoundStatement.@Nullable ParameterPlace first() {
    BoundStatement.ParameterPlace first = null;
    for (int i = 0; i < positions.size(); i++) {
      int position = positions.get(i);
      if (position >= 0 && (first == null || position < first.position())) {
        first = new BoundStatement.ParameterPlace(i + 1, position);
      }
    }
    return first;
  }

  /** Settles a parameter whose type was unknown where it was mentioned. */
  SqlExpr decide(SqlExpr.Parameter parameter, SqlType type, int position) {
    SqlType known = types.get(parameter.index());
    SqlType plain = type.plain();
    if (known.id() == TypeId.UNKNOWN) {
      types.set(parameter.index(), plain);
    } else if (!known.isSameAs(plain)) {
      throw SqlException.of(
              SqlState.AMBIGUOUS_PARAMETER,
              "inconsistent types deduced for parameter $%d",
              parameter.index() + 1)
          .withDetail(TypeNames.plain(known) + " versus " + TypeNames.plain(plain))
          .at(position);
    }
    return new SqlExpr.Parameter(parameter.index(), plain);
  }

  /** All types, once the whole statement has been seen. */
  List<SqlType> settled() {
    for (int i = 0; i < types.size(); i++) {
      if (types.get(i).id() == TypeId.UNKNOWN) {
        throw SqlException.of(
                SqlState.INDETERMINATE_DATATYPE,
                "could not determine data type of parameter $%d",
                i + 1)
            .at(i < positions.size() ? positions.get(i) : -1);
      }
    }
    return types;
  }
}
