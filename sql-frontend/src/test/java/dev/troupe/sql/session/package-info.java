@NullMarked
package dev.troupe.sql.session;

import org.jspecify.annotations.NullMarked;
