/** The SQL door: sessions of PostgreSQL's clients on the ports of this node. */
@NullMarked
package dev.troupe.node.sql;

import org.jspecify.annotations.NullMarked;
