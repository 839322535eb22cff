@NullMarked
package dev.troupe.sql.statistics;

import org.jspecify.annotations.NullMarked;
