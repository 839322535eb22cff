package dev.troupe.client;

/**
 * A row of a scan. The arrays are the receiver's own.
 *
 * @param value empty when only keys were asked for
 * @param version when it was written; 0 for what the transaction wrote itself
 */
public record KeyValue(byte[] key, byte[] value, long version) {}
