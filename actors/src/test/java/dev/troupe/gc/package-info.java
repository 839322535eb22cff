@NullMarked
package dev.troupe.gc;

import org.jspecify.annotations.NullMarked;
