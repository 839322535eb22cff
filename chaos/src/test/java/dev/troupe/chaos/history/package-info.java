@NullMarked
package dev.troupe.chaos.history;

import org.jspecify.annotations.NullMarked;
