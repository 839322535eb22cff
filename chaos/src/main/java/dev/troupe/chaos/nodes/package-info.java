/**
 * Deterministic simulation of whole nodes: the product's actors of several nodes on one thread, on
 * virtual time, from one seed. Network, disks, clocks, membership and threads are simulated through
 * the product's ports; everything between them is what a node runs. Start reading at {@link
 * dev.troupe.chaos.nodes.SimulatedNode}.
 */
@NullMarked
package dev.troupe.chaos.nodes;

import org.jspecify.annotations.NullMarked;
