@NullMarked
package dev.troupe.txn;

import org.jspecify.annotations.NullMarked;
