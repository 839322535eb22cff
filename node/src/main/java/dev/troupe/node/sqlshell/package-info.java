/** The SQL shell: statements in, results as people or scripts read them out. */
@NullMarked
package dev.troupe.node.sqlshell;

import org.jspecify.annotations.NullMarked;
