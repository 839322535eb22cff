@NullMarked
package dev.troupe.protocol.model;

import org.jspecify.annotations.NullMarked;
