package dev.troupe.sql.session;

/**
 * How many sessions a node may have.
 *
 * @param max of all users together
 * @param reserved of these, the last ones, which only superusers get
 */
public record Places(int max, int reserved) {}
