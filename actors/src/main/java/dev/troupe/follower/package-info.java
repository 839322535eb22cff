/** Reads from replicas that need not lead: who closes timestamps, who hears of it, who is asked. */
@NullMarked
package dev.troupe.follower;

import org.jspecify.annotations.NullMarked;
