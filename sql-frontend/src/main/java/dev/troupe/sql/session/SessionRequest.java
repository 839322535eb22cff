package dev.troupe.sql.session;

import java.net.InetSocketAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a client that has been let in asks for.
 *
 * @param pid by which it may cancel statements
 * @param parameters of the start-up packet: database, and settings
 * @param client its address
 * @param tls whether the node offers encryption
 * @param here the node's end of the connection; null: there is none
 * @param there the client's end
 */
public record SessionRequest(
    int pid,
    Account account,
    Map<String, String> parameters,
    String client,
    boolean tls,
    @Nullable InetSocketAddress here,
    @Nullable InetSocketAddress there) {
  /** Of a client without a connection. */
  public SessionRequest(
      int pid, Account account, Map<String, String> parameters, String client, boolean tls) {
    this(pid, account, parameters, client, tls, null, null);
  }
}
