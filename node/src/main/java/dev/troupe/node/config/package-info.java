/** Settings of a node, read once at start from flags, environment, file and defaults. */
@NullMarked
package dev.troupe.node.config;

import org.jspecify.annotations.NullMarked;
