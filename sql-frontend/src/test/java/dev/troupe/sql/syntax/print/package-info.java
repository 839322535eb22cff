/** From syntax trees back to text that parses to the same trees. */
@NullMarked
package dev.troupe.sql.syntax.print;

import org.jspecify.annotations.NullMarked;
