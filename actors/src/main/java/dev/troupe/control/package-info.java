/**
 * Ground for jobs that one node does for the whole cluster: a journal in the replicated system
 * keyspace, leases with epochs, and a book of what happened.
 */
@NullMarked
package dev.troupe.control;

import org.jspecify.annotations.NullMarked;
