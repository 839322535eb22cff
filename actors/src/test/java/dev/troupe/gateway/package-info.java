@NullMarked
package dev.troupe.gateway;

import org.jspecify.annotations.NullMarked;
