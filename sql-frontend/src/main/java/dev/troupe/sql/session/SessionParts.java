package dev.troupe.sql.session;

import dev.troupe.sql.kv.Cancellation;
import dev.troupe.sql.schema.Sequences;

/** What the parts of a session share. Owned by the session's thread. */
record SessionParts(
    SqlNode node,
    SessionIdentity identity,
    Settings settings,
    TransactionScope transaction,
    Cancellation cancellation,
    NamedObjects objects,
    SessionRoles roles,
    StatementText text,
    Sequences sequences) {
  long nowMicros() {
    return node.clocks().nowMicros();
  }
}
