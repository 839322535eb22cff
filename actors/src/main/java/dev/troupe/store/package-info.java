/** What a node's store consists of around its range replicas: applying, messages, snapshots. */
@NullMarked
package dev.troupe.store;

import org.jspecify.annotations.NullMarked;
