/**
 * Distributed tracing: what a request did, where, and for how long. Parts of a node that take part
 * in it know these few classes only; who keeps and exports what they tell is the node's business.
 */
@NullMarked
package dev.troupe.protocol.trace;

import org.jspecify.annotations.NullMarked;
