package dev.troupe.sql.exec;

import dev.troupe.sql.catalog.ColumnDescriptor;
import dev.troupe.sql.eval.EvalContext;
import dev.troupe.sql.storage.ConstraintErrors;
import dev.troupe.sql.type.TypeSession;
import dev.troupe.sql.type.format.Format;

/** Values in messages, as the session sees them. */
final class ValueTexts {
  private ValueTexts() {}

  static ConstraintErrors errors(EvalContext context) {
    return new ConstraintErrors((column, value) -> text(column, value, context));
  }

  private static String text(ColumnDescriptor column, Object value, EvalContext context) {
    TypeSession session = TypeSession.at(context.timeZone(), context.transactionMicros());
    StringBuilder out = new StringBuilder();
    Format.of(column.type()).writeText(value, session, out);
    return out.toString();
  }
}
