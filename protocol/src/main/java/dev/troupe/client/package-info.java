/**
 * The Java client for transactions. It needs this module and, at run time, one of gRPC's transports
 * (such as {@code io.grpc:grpc-netty}) on the class path.
 *
 * <pre>{@code
 * try (TroupeClient client = TroupeClient.connect("127.0.0.1:7433", "127.0.0.1:7443")) {
 *   long left = client.transaction(tx -> {
 *     long balance = decode(tx.getForUpdate(account));
 *     tx.put(account, encode(balance - 10));
 *     return balance - 10;
 *   });
 * }
 * }</pre>
 *
 * <p>The body of a transaction may run several times: it must have no effects but those on the
 * transaction. See {@link dev.troupe.client.TroupeClient#transaction} for what is tried again and
 * what is never.
 */
@NullMarked
package dev.troupe.client;

import org.jspecify.annotations.NullMarked;
