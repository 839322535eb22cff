/** A small client of the public gRPC API for the command line and the demo. */
@NullMarked
package dev.troupe.node.client;

import org.jspecify.annotations.NullMarked;
