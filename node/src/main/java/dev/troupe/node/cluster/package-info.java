/** The cluster part of a node, on Pekko, behind the seam that the rest of the node knows. */
@NullMarked
package dev.troupe.node.cluster;

import org.jspecify.annotations.NullMarked;
