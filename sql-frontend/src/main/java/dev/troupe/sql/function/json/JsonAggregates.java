package dev.troupe.sql.function.json;

import dev.troupe.sql.eval.AggregateFunction.Accumulator;
import dev.troupe.sql.eval.EvalContext;
import dev.troupe.sql.function.define.Aggregate.Trait;
import dev.troupe.sql.function.define.Definitions;
import dev.troupe.sql.type.JsonText;
import dev.troupe.sql.type.JsonValue;
import dev.troupe.sql.type.JsonValue.JsonArray;
import dev.troupe.sql.type.JsonValue.JsonObject;
import dev.troupe.sql.type.SqlArray;
import dev.troupe.sql.type.SqlRecord;
import dev.troupe.sql.type.SqlType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** json_agg, json_object_agg and the same of jsonb. */
final class JsonAggregates {
  private JsonAggregates() {}

  static void define(Definitions to) {
    to.addAggregate(
        "json_agg(anyelement) json stable nullable",
        Trait.NONE,
        types -> new Texts(types.parameter(0)));
    to.addAggregate(
        "jsonb_agg(anyelement) jsonb stable nullable",
        Trait.NONE,
        types -> new Trees(types.parameter(0)));
    to.addAggregate(
        "json_object_agg(any, any) json stable nullable",
        Trait.NONE,
        types -> new Members(types.parameter(0), types.parameter(1)));
    to.addAggregate(
        "jsonb_object_agg(any, any) jsonb stable nullable",
        Trait.NONE,
        types -> new MemberTrees(types.parameter(0), types.parameter(1)));
  }

  private static final class Texts implements Accumulator {
    private final SqlType type;
    private @Nullable StringBuilder out;

    Texts(SqlType type) {
      this.type = type;
    }

    @Override
    public void add(@Nullable Object[] arguments, EvalContext context) {
      Object value = arguments[0];
      if (out == null) {
        out = new StringBuilder("[");
      } else {
        boolean container = value instanceof SqlArray || value instanceof SqlRecord;
        out.append(container ? ", \n " : ", ");
      }
      new JsonConversion(context).append(out, type, value, "");
    }

    @Override
    public @Nullable Object result(EvalContext context) {
      return out == null ? null : out + "]";
    }
  }

  private static final class Trees implements Accumulator {
    private final SqlType type;
    private final List<JsonValue> elements = new ArrayList<>();

    Trees(SqlType type) {
      this.type = type;
    }

    @Override
    public void add(@Nullable Object[] arguments, EvalContext context) {
      elements.add(new JsonConversion(context).toTree(type, arguments[0]));
    }

    @Override
    public @Nullable Object result(EvalContext context) {
      return elements.isEmpty() ? null : new JsonArray(elements);
    }
  }

  private static final class Members implements Accumulator {
    private final SqlType keyType;
    private final SqlType valueType;
    private @Nullable StringBuilder out;

    Members(SqlType keyType, SqlType valueType) {
      this.keyType = keyType;
      this.valueType = valueType;
    }

    @Override
    public void add(@Nullable Object[] arguments, EvalContext context) {
      JsonConversion conversion = new JsonConversion(context);
      String key = conversion.key(keyType, arguments[0], "field name must not be null");
      if (out == null) {
        out = new StringBuilder("{ ");
      } else {
        out.append(", ");
      }
      JsonText.quote(key, out);
      out.append(" : ");
      conversion.append(out, valueType, arguments[1], "");
    }

    @Override
    public @Nullable Object result(EvalContext context) {
      return out == null ? null : out + " }";
    }
  }

  private static final class MemberTrees implements Accumulator {
    private final SqlType keyType;
    private final SqlType valueType;
    private final Map<String, JsonValue> members = new LinkedHashMap<>();
    private boolean any;

    MemberTrees(SqlType keyType, SqlType valueType) {
      this.keyType = keyType;
      this.valueType = valueType;
    }

    @Override
    public void add(@Nullable Object[] arguments, EvalContext context) {
      JsonConversion conversion = new JsonConversion(context);
      String key = conversion.key(keyType, arguments[0], "field name must not be null");
      members.put(key, conversion.toTree(valueType, arguments[1]));
      any = true;
    }

    @Override
    public @Nullable Object result(EvalContext context) {
      return any ? JsonObject.of(members) : null;
    }
  }
}
