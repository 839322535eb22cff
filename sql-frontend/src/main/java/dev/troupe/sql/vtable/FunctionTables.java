package dev.troupe.sql.vtable;

import dev.troupe.sql.eval.ScalarFunction.Volatility;
import dev.troupe.sql.function.FunctionRegistry;
import dev.troupe.sql.function.FunctionRegistry.Kind;
import dev.troupe.sql.function.FunctionRegistry.Listed;
import dev.troupe.sql.function.define.ParameterType;
import dev.troupe.sql.function.define.Signature;
import dev.troupe.sql.schema.Role;
import dev.troupe.sql.type.SqlType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** pg_proc and pg_operator: functions, aggregates and operators. */
final class FunctionTables {
  static final Map<String, ProducedTable.Producer> PRODUCERS =
      Map.of(
          "pg_proc", FunctionTables::functions,
          "pg_operator", FunctionTables::operators,
          "pg_aggregate", FunctionTables::aggregates);

  /** OIDs of functions count from here: they differ from PostgreSQL's and between versions. */
  private static final long FIRST_ID = 5000;

  private static final long INTERNAL_LANGUAGE = 12;
  private static final long ARRAY_INPUT = 750;

  /** The function that array types are recognised by. */
  private static final String ARRAY_INPUT_NAME = "array_in";

  private static final List<Listed> ALL = FunctionRegistry.builtin().all();
  private static final Map<String, Long> FIRST_OF_NAME = firstOfName();

  private FunctionTables() {}

  private static Map<String, Long> firstOfName() {
    Map<String, Long> ids = new HashMap<>();
    for (int i = 0; i < ALL.size(); i++) {
      if (ALL.get(i).kind() != Kind.OPERATOR) {
        ids.putIfAbsent(ALL.get(i).signature().name(), FIRST_ID + i);
      }
    }
    ids.put(ARRAY_INPUT_NAME, ARRAY_INPUT);
    return ids;
  }

  /** OID of a function of this name; null when there is none. */
  static @Nullable Long find(String name) {
    return FIRST_OF_NAME.get(name);
  }

  /** The function with an OID; null when there is none. */
  static @Nullable Signature signature(long oid) {
    long index = oid - FIRST_ID;
    return index >= 0 && index < ALL.size() ? ALL.get((int) index).signature() : null;
  }

  static @Nullable String name(long oid) {
    if (oid == ARRAY_INPUT) {
      return ARRAY_INPUT_NAME;
    }
    Signature found = signature(oid);
    return found == null ? null : found.name();
  }

  private static void functions(CatalogView view, RowWriter rows) {
    for (int i = 0; i < ALL.size(); i++) {
      Listed listed = ALL.get(i);
      long oid = FIRST_ID + i;
      if (listed.kind() != Kind.OPERATOR
          && rows.wants("oid", oid)
          && rows.wants("proname", listed.signature().name())) {
        function(rows, oid, listed);
      }
    }
  }

  private static void function(RowWriter rows, long oid, Listed listed) {
    Signature signature = listed.signature();
    List<Long> types =
        signature.parameters().stream().map(parameter -> (long) parameter.oid()).toList();
    List<String> names = signature.parameterNames();
    rows.row()
        .set("oid", oid)
        .set("proname", signature.name())
        .set("pronamespace", VirtualCatalog.PG_CATALOG_ID)
        .set("proowner", Role.ROOT.id())
        .set("prolang", INTERNAL_LANGUAGE)
        .set("procost", 1f)
        .set("prorows", signature.returnsSet() ? 1000f : 0f)
        .set("provariadic", signature.variadic() ? types.getLast() : Long.valueOf(0))
        .set("prokind", kind(listed.kind()))
        .set("proisstrict", signature.strict())
        .set("proretset", signature.returnsSet())
        .set("provolatile", volatility(signature.volatility()))
        .set("proparallel", "s")
        .set("pronargs", types.size())
        .set("pronargdefaults", signature.defaults().size())
        .set("prorettype", (long) signature.result().oid())
        .set("proargtypes", RowWriter.vector(SqlType.OID, types))
        .set("proargnames", names.isEmpty() ? null : RowWriter.texts(names))
        .set("prosrc", signature.name());
  }

  private static String kind(Kind kind) {
    return switch (kind) {
      case FUNCTION, TABLE_FUNCTION, OPERATOR -> "f";
      case AGGREGATE -> "a";
      case WINDOW -> "w";
    };
  }

  private static String volatility(Volatility volatility) {
    return switch (volatility) {
      case IMMUTABLE -> "i";
      case STABLE -> "s";
      case VOLATILE -> "v";
    };
  }

  private static void operators(CatalogView view, RowWriter rows) {
    for (int i = 0; i < ALL.size(); i++) {
      Listed listed = ALL.get(i);
      if (listed.kind() != Kind.OPERATOR) {
        continue;
      }
      List<ParameterType> operands = listed.signature().parameters();
      boolean infix = operands.size() == 2;
      rows.row()
          .set("oid", FIRST_ID + i)
          .set("oprname", listed.signature().name())
          .set("oprnamespace", VirtualCatalog.PG_CATALOG_ID)
          .set("oprowner", Role.ROOT.id())
          .set("oprkind", infix ? "b" : "l")
          .set("oprleft", infix ? (long) operands.getFirst().oid() : 0L)
          .set("oprright", (long) operands.getLast().oid())
          .set("oprresult", (long) listed.signature().result().oid());
    }
  }

  private static void aggregates(CatalogView view, RowWriter rows) {
    for (int i = 0; i < ALL.size(); i++) {
      if (ALL.get(i).kind() == Kind.AGGREGATE) {
        rows.row()
            .set("aggfnoid", FIRST_ID + i)
            .set("aggkind", "n")
            .set("aggfinalmodify", "r")
            .set("aggmfinalmodify", "r");
      }
    }
  }
}
