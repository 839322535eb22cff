/** Whole nodes in one process: real actor systems, real disks, loopback network. */
@NullMarked
package dev.troupe.chaos.cluster;

import org.jspecify.annotations.NullMarked;
