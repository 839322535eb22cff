/** What parts of a node count and time with, cheap enough for every request. */
@NullMarked
package dev.troupe.protocol.metric;

import org.jspecify.annotations.NullMarked;
