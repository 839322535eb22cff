/** Statements as they were written: names and types are not looked up yet. */
@NullMarked
package dev.troupe.sql.syntax.ast;

import org.jspecify.annotations.NullMarked;
