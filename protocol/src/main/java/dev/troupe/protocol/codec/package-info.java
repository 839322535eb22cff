@NullMarked
package dev.troupe.protocol.codec;

import org.jspecify.annotations.NullMarked;
