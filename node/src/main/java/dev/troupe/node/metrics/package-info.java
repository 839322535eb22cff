/** What a node counts and times. Every metric name is in one file. */
@NullMarked
package dev.troupe.node.metrics;

import org.jspecify.annotations.NullMarked;
