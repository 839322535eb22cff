package dev.troupe.sql.session;

import java.util.Map;

/**
 * What a client that has been let in asks for.
 *
 * @param pid by which it may cancel statements
 * @param parameters of the start-up packet: database, and settings
 * @param client its address
 * @param tls whether the node offers encryption
 */
public record SessionRequest(
    int pid, Account account, Map<String, String> parameters, String client, boolean tls) {}
