@NullMarked
package dev.troupe.range;

import org.jspecify.annotations.NullMarked;
