@NullMarked
package dev.troupe.chaos.history.check;

import org.jspecify.annotations.NullMarked;
