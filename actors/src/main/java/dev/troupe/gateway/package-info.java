/** The way from a key to the replica that can serve it. */
@NullMarked
package dev.troupe.gateway;

import org.jspecify.annotations.NullMarked;
