/**
 * Dependencies between transactions and the cycles in them. Transactions are numbers here; what
 * they did is somebody else's concern.
 */
@NullMarked
package dev.troupe.chaos.history.graph;

import org.jspecify.annotations.NullMarked;
