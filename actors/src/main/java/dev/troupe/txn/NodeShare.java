package dev.troupe.txn;

/** What all transactions of a node share. */
record NodeShare(RecentTimestamp recent, MemoryBudget budget, HeldKeys held, TxnMetrics metrics) {}
