/**
 * Collection of what nobody reads any more: raises the horizons of ranges, as far as retention and
 * protections allow, and removes from every replica what lies below.
 */
@NullMarked
package dev.troupe.gc;

import org.jspecify.annotations.NullMarked;
