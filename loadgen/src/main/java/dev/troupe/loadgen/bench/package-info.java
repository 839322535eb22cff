/** Comparison with etcd: its client, process probes and the run of the cells. */
@NullMarked
package dev.troupe.loadgen.bench;

import org.jspecify.annotations.NullMarked;
