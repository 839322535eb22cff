/**
 * What the parts of a node's process agree on: the cluster part's contract, identity, readiness.
 */
@NullMarked
package dev.troupe.node;

import org.jspecify.annotations.NullMarked;
