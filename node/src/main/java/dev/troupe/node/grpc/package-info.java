/** The public gRPC services: key-value, administration, health, reflection. */
@NullMarked
package dev.troupe.node.grpc;

import org.jspecify.annotations.NullMarked;
