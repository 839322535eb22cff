@NullMarked
package dev.troupe.protocol.spi;

import org.jspecify.annotations.NullMarked;
