/** The asynchronous client of the load generator: everything of one lane runs on one event loop. */
@NullMarked
package dev.troupe.loadgen.client;

import org.jspecify.annotations.NullMarked;
