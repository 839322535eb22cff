/**
 * The SQL front end: PostgreSQL's wire protocol, parser, planner, executor and catalog.
 *
 * <p>It turns statements into requests of {@link dev.troupe.protocol.spi.KvClient}, its only door
 * to data, and sees neither the storage engine nor the actors. Nothing of it is built yet.
 */
@NullMarked
package dev.troupe.sql;

import org.jspecify.annotations.NullMarked;
