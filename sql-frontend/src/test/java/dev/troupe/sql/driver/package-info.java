/** SQL as clients get it: by a driver, over the protocol, from a server over a store in memory. */
@NullMarked
package dev.troupe.sql.driver;

import org.jspecify.annotations.NullMarked;
