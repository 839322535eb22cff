package dev.troupe.sql.function.text;

import dev.troupe.sql.eval.EvalContext;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.format.Format;
import org.jspecify.annotations.Nullable;

/** Values as text, as their types print them in this session. */
public final class ValueText {
  private ValueText() {}

  public static String of(SqlType type, Object value, EvalContext context) {
    return switch (type.id()) {
      case TEXT, VARCHAR, NAME, CHAR, UNKNOWN, BPCHAR -> (String) value;
      case REGCLASS, REGTYPE, REGPROC, REGNAMESPACE, REGROLE ->
          context.session().nameOf(type.id().internalName(), (Long) value);
      case BOOL,
          INT2,
          INT4,
          INT8,
          OID,
          FLOAT4,
          FLOAT8,
          NUMERIC,
          BYTEA,
          DATE,
          TIME,
          TIMETZ,
          TIMESTAMP,
          TIMESTAMPTZ,
          INTERVAL,
          UUID,
          JSON,
          JSONB,
          ARRAY,
          RECORD,
          INT2VECTOR,
          OIDVECTOR,
          VOID ->
          Format.of(type).toText(value, context);
    };
  }

  /** Appends the text of a value, nothing for NULL. */
  static void append(StringBuilder out, SqlType type, @Nullable Object value, EvalContext context) {
    if (value != null) {
      out.append(of(type, value, context));
    }
  }
}
