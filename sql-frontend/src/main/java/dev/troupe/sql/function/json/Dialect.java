package dev.troupe.sql.function.json;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How to look into values of json, which are texts, or of jsonb, which are trees.
 *
 * @param <V> String or JsonValue
 */
interface Dialect<V> {
  /** The name of the type, which functions' names begin with. */
  String type();

  /** What a value is. */
  enum Kind {
    OBJECT,
    ARRAY,
    STRING,
    NUMBER,
    BOOLEAN,
    NULL
  }

  /** A member of an object. */
  record Member<V>(String key, V value) {}

  Kind kind(V value);

  /** Of an array. */
  List<V> elements(V array);

  /** What a scalar holds when it is taken for an array: jsonb treats it as its only element. */
  List<V> scalarAsElements(V scalar);

  /** Of an object, in its order; json can have a key several times. */
  List<Member<V>> members(V object);

  /** A string without its quotes, everything else as it is printed; null for the null of JSON. */
  @Nullable String text(V value);

  V arrayOf(List<V> elements);

  V objectOf(List<Member<V>> members);
}
