package dev.troupe.sql.type;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;

/** Draws values of every type, the odd ones more often than chance would. */
public final class RandomValues {
  private static final List<String> TEXTS =
      List.of("", "a", "ab", "\u0001", "é", "\uffff", "\ud83d\ude00", "a\"b\\c", "{x,y}", "NULL");

  private final Random random;

  public RandomValues(long seed) {
    random = new Random(seed);
  }

  /** Types whose values can be ordered. */
  public static List<SqlType> orderedTypes() {
    return List.of(
        SqlType.BOOL,
        SqlType.INT2,
        SqlType.INT4,
        SqlType.INT8,
        SqlType.OID,
        SqlType.FLOAT4,
        SqlType.FLOAT8,
        SqlType.NUMERIC,
        SqlType.TEXT,
        SqlType.VARCHAR,
        SqlType.BPCHAR,
        SqlType.NAME,
        SqlType.BYTEA,
        SqlType.DATE,
        SqlType.TIME,
        SqlType.TIMETZ,
        SqlType.TIMESTAMP,
        SqlType.TIMESTAMPTZ,
        SqlType.INTERVAL,
        SqlType.UUID,
        SqlType.JSONB,
        SqlType.arrayOf(SqlType.INT4),
        SqlType.arrayOf(SqlType.TEXT),
        SqlType.arrayOf(SqlType.NUMERIC));
  }

  public Object next(SqlType type) {
    return switch (type.id()) {
      case BOOL -> random.nextBoolean();
      case INT2 -> (int) (short) random.nextInt();
      case INT4 -> nextInt();
      case INT8 -> nextLong();
      case OID, REGPROC, REGCLASS, REGTYPE, REGNAMESPACE, REGROLE -> nextInt() & 0xFFFFFFFFL;
      case FLOAT4 -> nextFloat();
      case FLOAT8 -> nextDouble();
      case NUMERIC -> nextNumeric();
      case TEXT, VARCHAR, NAME -> nextText();
      case BPCHAR -> CodePoints.withoutTrailingBlanks(nextText());
      case CHAR -> random.nextInt(4) == 0 ? "" : "x";
      case BYTEA -> nextBytes();
      case DATE -> random.nextInt(2_000_000) - 500_000;
      case TIME -> random.nextLong(86_400_000_001L);
      case TIMETZ -> new TimeTz(random.nextLong(86_400_000_000L), random.nextInt(50_000) - 25_000);
      case TIMESTAMP, TIMESTAMPTZ -> nextMoment();
      case INTERVAL -> nextInterval();
      case UUID -> new UUID(nextLong(), nextLong());
      case JSON -> nextJson(2).toString();
      case JSONB -> nextJson(2);
      case ARRAY -> nextArray(Objects.requireNonNull(type.element()));
      case RECORD, UNKNOWN, VOID, INT2VECTOR, OIDVECTOR ->
          throw new IllegalArgumentException(type.toString());
    };
  }

  private int nextInt() {
    return switch (random.nextInt(6)) {
      case 0 -> Integer.MIN_VALUE;
      case 1 -> Integer.MAX_VALUE;
      case 2, 3 -> random.nextInt(21) - 10;
      default -> random.nextInt();
    };
  }

  private long nextLong() {
    return switch (random.nextInt(6)) {
      case 0 -> Long.MIN_VALUE;
      case 1 -> Long.MAX_VALUE;
      case 2, 3 -> random.nextInt(21) - 10L;
      default -> random.nextLong();
    };
  }

  private Float nextFloat() {
    return switch (random.nextInt(6)) {
      case 0 -> Float.NaN;
      case 1 -> random.nextBoolean() ? Float.NEGATIVE_INFINITY : Float.POSITIVE_INFINITY;
      case 2 -> random.nextBoolean() ? 0.0f : -0.0f;
      case 3 -> (float) random.nextGaussian();
      default -> Float.intBitsToFloat(random.nextInt());
    };
  }

  private Double nextDouble() {
    return switch (random.nextInt(6)) {
      case 0 -> Double.NaN;
      case 1 -> random.nextBoolean() ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
      case 2 -> random.nextBoolean() ? 0.0 : -0.0;
      case 3 -> random.nextGaussian();
      default -> Double.longBitsToDouble(random.nextLong());
    };
  }

  private Numeric nextNumeric() {
    return switch (random.nextInt(10)) {
      case 0 -> Numeric.NAN;
      case 1 -> random.nextBoolean() ? Numeric.NEGATIVE_INFINITY : Numeric.POSITIVE_INFINITY;
      case 2 -> Numeric.of(0, random.nextInt(5));
      case 3, 4 -> Numeric.of(random.nextInt(201) - 100, random.nextInt(4));
      default ->
          Numeric.of(
              new BigDecimal(
                  new BigInteger(random.nextInt(200), random).subtract(BigInteger.TEN.pow(20)),
                  random.nextInt(60) - 20));
    };
  }

  private String nextText() {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(4); i > 0; i--) {
      text.append(TEXTS.get(random.nextInt(TEXTS.size())));
    }
    return text.toString();
  }

  private Bytes nextBytes() {
    byte[] bytes = new byte[random.nextInt(5)];
    random.nextBytes(bytes);
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (random.nextBoolean() ? bytes[i] : random.nextInt(3) - 1);
    }
    return Bytes.owning(bytes);
  }

  private Long nextMoment() {
    return switch (random.nextInt(8)) {
      case 0 -> Long.MIN_VALUE;
      case 1 -> Long.MAX_VALUE;
      default -> random.nextLong(4_000_000_000_000_000L) - 2_000_000_000_000_000L;
    };
  }

  private Interval nextInterval() {
    return random.nextBoolean()
        ? new Interval(
            random.nextInt(3) - 1,
            30 * (random.nextInt(3) - 1),
            Interval.MICROS_PER_DAY * (random.nextInt(61) - 30))
        : new Interval(
            random.nextInt(5000) - 2500,
            random.nextInt(5000) - 2500,
            random.nextLong(1_000_000_000_000_000L) - 500_000_000_000_000L);
  }

  private JsonValue nextJson(int depth) {
    return switch (random.nextInt(depth == 0 ? 4 : 6)) {
      case 0 -> JsonValue.NULL;
      case 1 -> JsonValue.of(random.nextBoolean());
      case 2 -> JsonValue.of(Numeric.of(random.nextInt(201) - 100, random.nextInt(3)));
      case 3 -> JsonValue.of(nextText());
      case 4 -> {
        List<JsonValue> elements = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
          elements.add(nextJson(depth - 1));
        }
        yield JsonValue.of(elements);
      }
      default -> {
        java.util.Map<String, JsonValue> members = new java.util.HashMap<>();
        for (int i = random.nextInt(3); i > 0; i--) {
          members.put(nextText(), nextJson(depth - 1));
        }
        yield JsonValue.JsonObject.of(members);
      }
    };
  }

  private SqlArray nextArray(SqlType element) {
    if (random.nextInt(5) == 0) {
      return SqlArray.empty(element);
    }
    int dimensions = random.nextInt(4) == 0 ? 2 : 1;
    int[] lengths = new int[dimensions];
    int[] lowerBounds = new int[dimensions];
    int size = 1;
    for (int d = 0; d < dimensions; d++) {
      lengths[d] = 1 + random.nextInt(3);
      lowerBounds[d] = random.nextInt(4) == 0 ? random.nextInt(5) - 2 : 1;
      size *= lengths[d];
    }
    Object[] elements = new Object[size];
    for (int i = 0; i < size; i++) {
      elements[i] = random.nextInt(5) == 0 ? null : next(element);
    }
    return SqlArray.of(element, lengths, lowerBounds, elements);
  }
}
