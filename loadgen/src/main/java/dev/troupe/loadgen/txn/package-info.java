/**
 * Workloads of transactions, each with something that must hold, and the histories that they
 * record.
 *
 * <p>A line of a history is {@code {"process":0,"type":"invoke","f":"txn","time":1,"value":[…]}},
 * with the types invoke, ok, fail (surely nothing happened) and info (nobody knows); the number of
 * a process that got an info is never used again. Times are nanoseconds since the beginning, in the
 * order of the lines. While a history is recorded each transaction is attempted once. What can be
 * told from an outcome asked for afterwards is ok or fail, and a transaction in one call whose
 * answer was lost is repeated under its id, which does nothing twice.
 */
@NullMarked
package dev.troupe.loadgen.txn;

import org.jspecify.annotations.NullMarked;
