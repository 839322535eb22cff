/** How a node comes to its identity: stamped, initialised, or given by a peer. */
@NullMarked
package dev.troupe.node.join;

import org.jspecify.annotations.NullMarked;
