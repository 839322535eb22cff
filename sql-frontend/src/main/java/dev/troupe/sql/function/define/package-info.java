/** How the families of functions say what they offer: signatures and the lists they are kept in. */
@NullMarked
package dev.troupe.sql.function.define;

import org.jspecify.annotations.NullMarked;
