package dev.troupe.client;

import java.util.UUID;

/**
 * What a client calls an attempt at a transaction.
 *
 * @param chosenAfter a version that the client knew before it chose the id, which spares servers
 *     looking for earlier uses of it before then; 0 when it knew none
 */
record TransactionName(UUID id, long chosenAfter) {}
