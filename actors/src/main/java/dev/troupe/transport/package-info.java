/** Node-to-node messages: coalesced per pair of nodes, bounded, and droppable. */
@NullMarked
package dev.troupe.transport;

import org.jspecify.annotations.NullMarked;
