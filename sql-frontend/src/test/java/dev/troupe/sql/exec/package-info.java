/** Tests of expressions and operators. */
@NullMarked
package dev.troupe.sql.exec;

import org.jspecify.annotations.NullMarked;
