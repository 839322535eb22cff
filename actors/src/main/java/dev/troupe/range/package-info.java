/** A range's state machine, pure, and the actor that runs one replica of it around a Raft core. */
@NullMarked
package dev.troupe.range;

import org.jspecify.annotations.NullMarked;
