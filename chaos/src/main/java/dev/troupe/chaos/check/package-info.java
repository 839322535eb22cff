/**
 * What must always be true of a Raft group, as named checks over narrow views, and the checker of
 * client histories. Nothing here knows how the group is driven.
 */
@NullMarked
package dev.troupe.chaos.check;

import org.jspecify.annotations.NullMarked;
