/** A throw-away cluster of real node processes on this machine. */
@NullMarked
package dev.troupe.node.demo;

import org.jspecify.annotations.NullMarked;
