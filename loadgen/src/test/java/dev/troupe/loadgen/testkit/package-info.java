/** Doubles of the servers that the load generator talks to. */
@NullMarked
package dev.troupe.loadgen.testkit;

import org.jspecify.annotations.NullMarked;
