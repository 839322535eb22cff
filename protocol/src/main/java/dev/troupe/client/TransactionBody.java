package dev.troupe.client;

/**
 * What a transaction does. May be run several times, each time from the beginning.
 *
 * @param <T> what it returns once committed
 * @param <E> what it may throw; the transaction is then rolled back
 */
@FunctionalInterface
public interface TransactionBody<T, E extends Exception> {
  T run(Transaction transaction) throws E;
}
