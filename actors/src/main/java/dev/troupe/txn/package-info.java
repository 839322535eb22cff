/**
 * Transactions from the side of those who run them: an actor to each transaction, the commit
 * protocol, and what nodes tell each other about transactions that are in each other's way. Start
 * at {@link dev.troupe.txn.TransactionNode}. The other side, locks and records in ranges, is in
 * {@code dev.troupe.range}.
 */
@NullMarked
package dev.troupe.txn;

import org.jspecify.annotations.NullMarked;
