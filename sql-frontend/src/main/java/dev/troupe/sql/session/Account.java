package dev.troupe.sql.session;

import dev.troupe.sql.schema.Role;
import dev.troupe.sql.schema.ScramVerifier;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the user who asks to be let in. Immutable.
 *
 * @param user as the client calls itself
 * @param role null: there is none of that name
 * @param mayConnect whether it has the privilege to connect to the database
 * @param verifier of the user's password; one that fits no password when {@code genuine} is false,
 *     and null when no password is going to be asked for
 * @param genuine whether a client that fits the verifier knows a password that counts
 */
public record Account(
    String user,
    @Nullable Role role,
    boolean mayConnect,
    @Nullable ScramVerifier verifier,
    boolean genuine) {}
