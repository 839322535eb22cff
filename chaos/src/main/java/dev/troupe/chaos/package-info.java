/** Tools that look for bugs: simulation, checkers, and the commands that run them. */
@NullMarked
package dev.troupe.chaos;

import org.jspecify.annotations.NullMarked;
