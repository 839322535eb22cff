package dev.troupe.sql.function.json;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.eval.EvalContext;
import dev.troupe.sql.eval.TableFunction;
import dev.troupe.sql.function.json.Dialect.Kind;
import dev.troupe.sql.function.json.Dialect.Member;
import dev.troupe.sql.type.SqlArray;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TypeId;
import dev.troupe.sql.type.cast.Cast;
import dev.troupe.sql.type.cast.Casts;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code json_to_record}, {@code json_to_recordset} and those of jsonb: objects as rows, with
 * columns that the query names. Immutable.
 *
 * @param <V> String or JsonValue
 */
public final class JsonRecords<V> implements TableFunction {
  private static final Set<String> NAMES =
      Set.of("json_to_record", "json_to_recordset", "jsonb_to_record", "jsonb_to_recordset");

  private final String name;
  private final Dialect<V> dialect;
  private final List<String> names;
  private final List<SqlType> types;

  private JsonRecords(String name, Dialect<V> dialect, List<String> names, List<SqlType> types) {
    this.name = name;
    this.dialect = dialect;
    this.names = List.copyOf(names);
    this.types = List.copyOf(types);
  }

  /** Whether a function is one of these, whose columns have to be named where it is called. */
  public static boolean isNamed(String function) {
    return NAMES.contains(function);
  }

  /**
   * One of the functions, with the columns that a query wants of it.
   *
   * @param function one for which {@link #isNamed} holds
   */
  public static TableFunction of(String function, List<String> names, List<SqlType> types) {
    return function.startsWith("jsonb")
        ? new JsonRecords<>(function, TreeDialect.INSTANCE, names, types)
        : new JsonRecords<>(function, TextDialect.INSTANCE, names, types);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<SqlType> parameters() {
    return List.of(dialect.type().equals("jsonb") ? SqlType.JSONB : SqlType.JSON);
  }

  @Override
  public List<String> columnNames() {
    return names;
  }

  @Override
  public List<SqlType> columnTypes() {
    return types;
  }

  @Override
  @SuppressWarnings("unchecked")
  public Iterator<@Nullable Object[]> rows(@Nullable Object[] arguments, EvalContext context) {
    V value = (V) arguments[0];
    List<@Nullable Object[]> rows = new ArrayList<>();
    if (value == null) {
      return rows.iterator();
    }
    if (!name.endsWith("set")) {
      rows.add(row(requireObject(value, "cannot call %s on %s"), context));
      return rows.iterator();
    }
    if (dialect.kind(value) != Kind.ARRAY) {
      throw invalid("cannot call %s on %s", value);
    }
    for (V element : dialect.elements(value)) {
      rows.add(row(requireObject(element, "argument of %s must be an array of objects"), context));
    }
    return rows.iterator();
  }

  private V requireObject(V value, String complaint) {
    if (dialect.kind(value) != Kind.OBJECT) {
      throw invalid(complaint, value);
    }
    return value;
  }

  private SqlException invalid(String complaint, V value) {
    String what =
        switch (dialect.kind(value)) {
          case OBJECT -> "an object";
          case ARRAY -> "an array";
          case STRING, NUMBER, BOOLEAN, NULL -> "a scalar";
        };
    return SqlException.of(SqlState.INVALID_PARAMETER_VALUE, complaint, name, what);
  }

  private @Nullable Object[] row(V object, EvalContext context) {
    List<Member<V>> members = dialect.members(object);
    @Nullable Object[] row = new @Nullable Object[names.size()];
    for (int i = 0; i < row.length; i++) {
      for (Member<V> member : members) {
        // The last one counts where json has a key several times.
        if (member.key().equals(names.get(i))) {
          row[i] = value(member.value(), types.get(i), context);
        }
      }
    }
    return row;
  }

  private @Nullable Object value(V value, SqlType type, EvalContext context) {
    Kind kind = dialect.kind(value);
    if (kind == Kind.NULL) {
      return null;
    }
    if (type.id() == TypeId.JSON || type.id() == TypeId.JSONB) {
      return cast(
          dialect.type().equals("jsonb") ? SqlType.JSONB : SqlType.JSON, value, type, context);
    }
    SqlType element = type.element();
    if (element != null && kind == Kind.ARRAY) {
      List<@Nullable Object> elements = new ArrayList<>();
      for (V each : dialect.elements(value)) {
        elements.add(value(each, element, context));
      }
      return SqlArray.of(element, elements);
    }
    if (element != null) {
      throw new SqlException(SqlState.INVALID_TEXT_REPRESENTATION, "expected JSON array");
    }
    return cast(SqlType.TEXT, dialect.text(value), type, context);
  }

  private static @Nullable Object cast(
      SqlType from, @Nullable Object value, SqlType to, EvalContext context) {
    if (value == null || from.equals(to)) {
      return value;
    }
    Cast cast = Casts.find(from, to, Cast.Context.EXPLICIT);
    if (cast == null) {
      throw Casts.none(from, to);
    }
    return cast.apply(value, context);
  }
}
