package dev.troupe.node.http;

import dev.troupe.node.sql.SqlActivity;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.session.UnfinishedChange;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Work that the cluster does in the background, as the catalog knows it. */
final class JobTopic {
  private final Supplier<@Nullable SqlActivity> sql;

  JobTopic(Supplier<@Nullable SqlActivity> sql) {
    this.sql = sql;
  }

  List<Topic.Item> items() {
    SqlActivity open = SessionTopic.require(sql);
    try {
      return open.unfinishedChanges().stream().map(JobTopic::item).toList();
    } catch (SqlException e) {
      throw new TroupeException(
          ErrorCode.RANGE_UNAVAILABLE, "the catalog cannot be read: " + e.getMessage());
    }
  }

  private static Topic.Item item(UnfinishedChange change) {
    return Topic.Item.of(
        change.oid(),
        out -> {
          out.writeNumberField("id", change.oid());
          out.writeStringField("kind", change.kind().name().toLowerCase(Locale.ROOT));
          out.writeStringField("table", change.table());
          out.writeStringField("name", change.name());
          out.writeNumberField("rows", change.rows());
          if (change.rowsExpected() == 0) {
            out.writeNullField("rows_expected");
          } else {
            out.writeNumberField("rows_expected", change.rowsExpected());
          }
        });
  }
}
