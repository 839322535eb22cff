package dev.troupe.sql.session;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.kv.WitnessedRead;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Runs statements that read one row by its key and are all that their transaction does. They need
 * no transaction: the row is read as it is now, by the plan for the newest catalog that this node
 * knows, and together with it whether that catalog is in force. If it is, it also was when the row
 * was read, since versions only rise and this one was known before; row and catalog are as of one
 * moment then. Used by the session's thread.
 */
final class OneRowStatements {
  private final SessionParts parts;
  private final PortalRows rows;

  OneRowStatements(SessionParts parts, PortalRows rows) {
    this.parts = parts;
    this.rows = rows;
  }

  /**
   * Runs a portal to its end and sends what it gives.
   *
   * @param describe whether the client is to be told the columns
   * @return the command tag, which is still to be sent; null when nothing has been done and a
   *     transaction has to do it: the catalog has changed, or the statement fails, which may be for
   *     that reason
   */
  @Nullable String run(Portal portal, Plan plan, ResultSink sink, boolean describe) {
    WitnessedRead read = parts.transaction().readOne();
    @Nullable Object @Nullable [] row;
    try (var cursor = new RowCursor(rows.openOne(plan, portal.parameters(), read))) {
      row = cursor.next();
      if (!TransactionScope.confirms(read, plan.catalog())) {
        return null;
      }
    } catch (SqlException e) {
      // Whatever is the matter will show again where it can be told for certain.
      return null;
    }
    sink.begin(Objects.requireNonNull(plan.columns()), portal.formats(), describe);
    if (row != null) {
      sink.row(row);
    }
    portal.begin(new RowCursor(List.of()));
    portal.sent(row == null ? 0 : 1);
    portal.atEnd();
    return row == null ? "SELECT 0" : "SELECT 1";
  }
}
