/** What leaders know of the size and the load of their ranges. */
@NullMarked
package dev.troupe.load;

import org.jspecify.annotations.NullMarked;
