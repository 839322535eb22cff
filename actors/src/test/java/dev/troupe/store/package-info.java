@NullMarked
package dev.troupe.store;

import org.jspecify.annotations.NullMarked;
