/** From the text of SQL statements, in PostgreSQL's dialect, to their syntax trees and back. */
@NullMarked
package dev.troupe.sql.syntax;

import org.jspecify.annotations.NullMarked;
