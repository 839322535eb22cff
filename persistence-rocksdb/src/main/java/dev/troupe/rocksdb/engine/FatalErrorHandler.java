package dev.troupe.rocksdb.engine;

/**
 * Told when the storage can no longer be trusted. The process must stop serving at once: what a
 * failed write or sync left on disk is unknown, and a repeated sync may succeed although the data
 * are gone.
 */
@FunctionalInterface
public interface FatalErrorHandler {
  /**
   * Runs on the thread that met the error; must return soon and must not throw.
   *
   * @param what the operation that failed and the directory it worked on, for the operator
   */
  void storageFailed(Throwable cause, String what);
}
