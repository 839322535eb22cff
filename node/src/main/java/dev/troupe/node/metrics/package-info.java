/** What a node counts and times, and how it is shown. */
@NullMarked
package dev.troupe.node.metrics;

import org.jspecify.annotations.NullMarked;
