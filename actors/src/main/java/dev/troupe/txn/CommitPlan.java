package dev.troupe.txn;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.model.TxnId;
import dev.troupe.protocol.spi.KvRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is to be committed.
 *
 * @param request name under which the client may ask for the outcome
 * @param named given out before that name, or {@code txn}, was chosen; MIN if that is not known
 * @param anchor where the outcome is recorded
 * @param begun given out before the transaction began
 * @param readAt when it read; MIN when it has read nothing
 * @param reads in order
 * @param changes in order of keys, at least one
 * @param tag to be recorded with the outcome
 * @param notAfter the highest timestamp that it may commit at
 * @param otherwise if this was read, too, it may commit later
 */
record CommitPlan(
    TxnId txn,
    TxnId request,
    Timestamp named,
    Key anchor,
    Timestamp begun,
    Timestamp readAt,
    ReadSet reads,
    List<KvRequest.Change> changes,
    int tag,
    Timestamp notAfter,
    @Nullable Key otherwise,
    long deadline) {
  /** The same, at any time. */
  CommitPlan unbound() {
    return new CommitPlan(
        txn,
        request,
        named,
        anchor,
        begun,
        readAt,
        reads,
        changes,
        tag,
        Timestamp.MAX,
        null,
        deadline);
  }
}
