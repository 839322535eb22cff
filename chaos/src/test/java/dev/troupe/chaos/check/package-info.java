/** Tests of the checks themselves: each must find what it is there to find. */
@NullMarked
package dev.troupe.chaos.check;

import org.jspecify.annotations.NullMarked;
