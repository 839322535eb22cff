/** Which requests are traced, what this node keeps of them, and how the parts make a tree. */
@NullMarked
package dev.troupe.node.trace;

import org.jspecify.annotations.NullMarked;
