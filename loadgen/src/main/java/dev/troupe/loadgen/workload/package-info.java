/** Which keys and operations a workload draws. */
@NullMarked
package dev.troupe.loadgen.workload;

import org.jspecify.annotations.NullMarked;
