/** When ranges are split and merged, and who has it done. */
@NullMarked
package dev.troupe.split;

import org.jspecify.annotations.NullMarked;
