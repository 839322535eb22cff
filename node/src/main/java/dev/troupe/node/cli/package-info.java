/** Verbs of the {@code troupe} command. */
@NullMarked
package dev.troupe.node.cli;

import org.jspecify.annotations.NullMarked;
