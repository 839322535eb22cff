@NullMarked
package dev.troupe.protocol.error;

import org.jspecify.annotations.NullMarked;
