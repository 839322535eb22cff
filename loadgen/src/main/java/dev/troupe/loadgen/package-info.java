/** Load generator: workloads over gRPC, with verification and reports. */
@NullMarked
package dev.troupe.loadgen;

import org.jspecify.annotations.NullMarked;
