/** Values as bytes: ordered ones for keys, compact ones for rows. */
@NullMarked
package dev.troupe.sql.type.codec;

import org.jspecify.annotations.NullMarked;
