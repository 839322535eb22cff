/**
 * The node in its Pekko cluster: joining, membership, and which actor lives where. All of it serves
 * liveness; nothing here may be relied on for safety.
 */
@NullMarked
package dev.troupe.cluster;

import org.jspecify.annotations.NullMarked;
