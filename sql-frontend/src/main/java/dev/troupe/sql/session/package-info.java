/** Sessions: statements, portals, transactions and settings of one client. */
@NullMarked
package dev.troupe.sql.session;

import org.jspecify.annotations.NullMarked;
