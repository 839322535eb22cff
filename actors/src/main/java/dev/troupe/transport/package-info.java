/**
 * Node-to-node messages: coalesced per pair of nodes, bounded, and droppable.
 *
 * <p>The bytes of an envelope are checked and never believed. The framing below it is Artery's, and
 * that trusts its peers: whoever speaks Artery's greeting and then lies about a frame's length can
 * keep a thread busy. The cluster port therefore belongs on a trusted network or behind TLS.
 */
@NullMarked
package dev.troupe.transport;

import org.jspecify.annotations.NullMarked;
