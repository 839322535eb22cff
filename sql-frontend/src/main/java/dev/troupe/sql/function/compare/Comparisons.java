package dev.troupe.sql.function.compare;

import dev.troupe.sql.function.define.Bodies.Two;
import dev.troupe.sql.function.define.BoundTypes;
import dev.troupe.sql.function.define.Definitions;
import dev.troupe.sql.type.CodePoints;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TypeId;
import dev.troupe.sql.type.ValueOrder;
import java.util.List;
import java.util.function.Function;

/** {@code = <> < <= > >=} of all types that have an order. */
public final class Comparisons {
  /** Types that are compared by their order; those with a faster way of their own are not here. */
  private static final List<TypeId> BY_ORDER =
      List.of(
          TypeId.BOOL,
          TypeId.FLOAT4,
          TypeId.FLOAT8,
          TypeId.NUMERIC,
          TypeId.BPCHAR,
          TypeId.BYTEA,
          TypeId.TIMETZ,
          TypeId.INTERVAL,
          TypeId.UUID,
          TypeId.JSONB,
          TypeId.OIDVECTOR);

  private Comparisons() {}

  /** How two values of different types stand to each other. */
  @FunctionalInterface
  interface Comparing<A, B> {
    int compare(A left, B right);
  }

  public static void define(Definitions to) {
    defineInts(to, "int2", "int4");
    defineInts(to, "int4", "int2");
    defineInts(to, "int2", "int2");
    defineInts(to, "int4", "int4");
    defineInts(to, "date", "date");
    for (String type : List.of("int8", "oid", "time", "timestamp", "timestamptz")) {
      defineLongs(to, type);
    }
    for (String type : List.of("text", "name", "char")) {
      defineTexts(to, type, type);
    }
    defineTexts(to, "name", "text");
    defineTexts(to, "text", "name");
    for (TypeId type : BY_ORDER) {
      ValueOrder order = ValueOrder.of(SqlType.of(type));
      defineAcross(to, type.internalName(), type.internalName(), order::compare);
    }
    defineIntsWithLongs(to);
    defineAcross(to, "float4", "float8", (Float a, Double b) -> doubles(a, b));
    defineAcross(to, "float8", "float4", (Double a, Float b) -> doubles(a, b));
    defineByOrder(to, "anyarray");
    defineByOrder(to, "record");
  }

  private static int doubles(double left, double right) {
    // Adding a positive zero turns a negative zero into it: they are equal in SQL.
    return Double.compare(left + 0.0, right + 0.0);
  }

  private static void defineInts(Definitions to, String left, String right) {
    String types = "(" + left + ", " + right + ") bool";
    to.add("=" + types, (Integer a, Integer b) -> a.intValue() == b.intValue());
    to.add("<>" + types, (Integer a, Integer b) -> a.intValue() != b.intValue());
    to.add("<" + types, (Integer a, Integer b) -> a < b);
    to.add("<=" + types, (Integer a, Integer b) -> a <= b);
    to.add(">" + types, (Integer a, Integer b) -> a > b);
    to.add(">=" + types, (Integer a, Integer b) -> a >= b);
  }

  private static void defineLongs(Definitions to, String type) {
    String types = "(" + type + ", " + type + ") bool";
    to.add("=" + types, (Long a, Long b) -> a.longValue() == b.longValue());
    to.add("<>" + types, (Long a, Long b) -> a.longValue() != b.longValue());
    to.add("<" + types, (Long a, Long b) -> a < b);
    to.add("<=" + types, (Long a, Long b) -> a <= b);
    to.add(">" + types, (Long a, Long b) -> a > b);
    to.add(">=" + types, (Long a, Long b) -> a >= b);
  }

  private static void defineIntsWithLongs(Definitions to) {
    for (String small : List.of("int2", "int4")) {
      defineAcross(to, small, "int8", (Integer a, Long b) -> Long.compare(a, b));
      defineAcross(to, "int8", small, (Long a, Integer b) -> Long.compare(a, b));
    }
  }

  private static void defineTexts(Definitions to, String left, String right) {
    String types = "(" + left + ", " + right + ") bool";
    to.add("=" + types, (String a, String b) -> a.equals(b));
    to.add("<>" + types, (String a, String b) -> !a.equals(b));
    to.add("<" + types, (String a, String b) -> CodePoints.compare(a, b) < 0);
    to.add("<=" + types, (String a, String b) -> CodePoints.compare(a, b) <= 0);
    to.add(">" + types, (String a, String b) -> CodePoints.compare(a, b) > 0);
    to.add(">=" + types, (String a, String b) -> CodePoints.compare(a, b) >= 0);
  }

  static <A, B> void defineAcross(
      Definitions to, String left, String right, Comparing<A, B> comparing) {
    String types = "(" + left + ", " + right + ") bool";
    to.add("=" + types, (A a, B b) -> comparing.compare(a, b) == 0);
    to.add("<>" + types, (A a, B b) -> comparing.compare(a, b) != 0);
    to.add("<" + types, (A a, B b) -> comparing.compare(a, b) < 0);
    to.add("<=" + types, (A a, B b) -> comparing.compare(a, b) <= 0);
    to.add(">" + types, (A a, B b) -> comparing.compare(a, b) > 0);
    to.add(">=" + types, (A a, B b) -> comparing.compare(a, b) >= 0);
  }

  /** Operators of types whose order is only known in a call. */
  private static void defineByOrder(Definitions to, String type) {
    String types = "(" + type + ", " + type + ") bool";
    defineTest(to, "=" + types, order -> (a, b) -> order.compare(a, b) == 0);
    defineTest(to, "<>" + types, order -> (a, b) -> order.compare(a, b) != 0);
    defineTest(to, "<" + types, order -> (a, b) -> order.compare(a, b) < 0);
    defineTest(to, "<=" + types, order -> (a, b) -> order.compare(a, b) <= 0);
    defineTest(to, ">" + types, order -> (a, b) -> order.compare(a, b) > 0);
    defineTest(to, ">=" + types, order -> (a, b) -> order.compare(a, b) >= 0);
  }

  private static void defineTest(
      Definitions to, String signature, Function<ValueOrder, Two<Object, Object>> test) {
    to.<Object, Object>addTypedTwo(
        signature, (BoundTypes types) -> test.apply(ValueOrder.of(types.parameter(0))));
  }
}
