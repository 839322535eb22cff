package dev.troupe.sql.function;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.function.define.BoundTypes;
import dev.troupe.sql.function.define.ParameterType;
import dev.troupe.sql.function.define.ParameterType.Exact;
import dev.troupe.sql.function.define.ParameterType.Pseudo;
import dev.troupe.sql.function.define.Signature;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TypeId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What anyelement, anyarray, anycompatible and their kin stand for in one call: PostgreSQL's
 * documentation, chapter 38.2.5.
 */
final class Polymorphism {
  private final List<SqlType> compatible = new ArrayList<>();
  private @Nullable SqlType element;
  private @Nullable SqlType commonElement;
  private boolean nonArray;
  private boolean compatibleNonArray;
  private boolean consistent = true;

  private Polymorphism() {}

  /** Looks at the types of arguments, one for each parameter. */
  static Polymorphism of(List<ParameterType> declared, List<SqlType> actual) {
    Polymorphism found = new Polymorphism();
    for (int i = 0; i < declared.size(); i++) {
      if (declared.get(i) instanceof Pseudo pseudo && pseudo != Pseudo.ANY) {
        found.look(pseudo, actual.get(i).plain());
      }
    }
    found.settle();
    return found;
  }

  /** Whether the arguments agree with each other. Those of unknown type agree with everything. */
  boolean isConsistent() {
    return consistent;
  }

  private void look(Pseudo pseudo, SqlType actual) {
    nonArray |= pseudo == Pseudo.ANYNONARRAY;
    compatibleNonArray |= pseudo == Pseudo.ANYCOMPATIBLENONARRAY;
    if (actual.id() == TypeId.UNKNOWN) {
      return;
    }
    SqlType type = actual;
    if (pseudo.isArray()) {
      SqlType ofArray = Coercion.elementOf(actual);
      if (ofArray == null) {
        consistent = false;
        return;
      }
      type = ofArray;
    }
    if (pseudo.isCompatible()) {
      compatible.add(type);
    } else if (element == null) {
      element = type;
    } else {
      consistent &= element.isSameAs(type);
    }
  }

  private void settle() {
    if (!compatible.isEmpty()) {
      SqlType common = CommonType.orNull(compatible);
      commonElement = common;
      consistent &= common != null;
      for (SqlType type : compatible) {
        consistent &= common != null && Coercion.isImplicit(type, common);
      }
    }
    consistent &= !(nonArray && element != null && element.isArray());
    consistent &= !(compatibleNonArray && commonElement != null && commonElement.isArray());
  }

  /** The types of the whole call. */
  BoundTypes bind(Signature signature, List<ParameterType> declared, List<SqlType> actual) {
    List<SqlType> parameters = new ArrayList<>();
    for (int i = 0; i < declared.size(); i++) {
      SqlType given = actual.get(i).plain();
      parameters.add(
          declared.get(i) == Pseudo.ANYARRAY && isVector(given)
              ? given
              : resolve(declared.get(i), given));
    }
    List<SqlType> columns = new ArrayList<>();
    for (Signature.Column column : signature.columns()) {
      columns.add(resolve(column.type(), SqlType.UNKNOWN));
    }
    return new BoundTypes(parameters, resolve(signature.result(), SqlType.UNKNOWN), columns);
  }

  /** int2vector and oidvector pass for arrays as they are. */
  private static boolean isVector(SqlType type) {
    return type.id() == TypeId.INT2VECTOR || type.id() == TypeId.OIDVECTOR;
  }

  private SqlType resolve(ParameterType type, SqlType actual) {
    return switch (type) {
      case Exact exact -> exact.type();
      case Pseudo pseudo -> resolve(pseudo, actual);
    };
  }

  private SqlType resolve(Pseudo pseudo, SqlType actual) {
    return switch (pseudo) {
      case ANY -> actual;
      case ANYELEMENT, ANYNONARRAY -> known(element);
      case ANYARRAY -> SqlType.arrayOf(known(element));
      case ANYCOMPATIBLE, ANYCOMPATIBLENONARRAY -> commonOrText();
      case ANYCOMPATIBLEARRAY -> SqlType.arrayOf(commonOrText());
    };
  }

  private SqlType commonOrText() {
    return commonElement == null ? SqlType.TEXT : commonElement;
  }

  private static SqlType known(@Nullable SqlType type) {
    if (type == null) {
      throw new SqlException(
          SqlState.DATATYPE_MISMATCH,
          "could not determine polymorphic type because input has type unknown");
    }
    return type;
  }
}
