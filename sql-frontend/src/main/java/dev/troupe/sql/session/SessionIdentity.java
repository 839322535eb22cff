package dev.troupe.sql.session;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Who uses a session, and where it is.
 *
 * @param here the node's end of the connection; null: there is none
 * @param there the client's end
 */
record SessionIdentity(
    String user,
    String database,
    int pid,
    @Nullable InetSocketAddress here,
    @Nullable InetSocketAddress there) {}
