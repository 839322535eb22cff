/** Tests of the launcher script and of the demo, as processes of their own. */
@NullMarked
package dev.troupe.node.launcher;

import org.jspecify.annotations.NullMarked;
