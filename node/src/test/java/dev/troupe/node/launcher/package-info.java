/** Tests of the launcher script, run in folders of their own. */
@NullMarked
package dev.troupe.node.launcher;

import org.jspecify.annotations.NullMarked;
