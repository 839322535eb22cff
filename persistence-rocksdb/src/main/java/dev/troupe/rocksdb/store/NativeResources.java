package dev.troupe.rocksdb.store;

import java.util.ArrayDeque;
import java.util.Deque;

/** Native objects in the order in which they were made; closed in the reverse order. */
final class NativeResources implements AutoCloseable {
  private final Deque<AutoCloseable> resources = new ArrayDeque<>();

  <T extends AutoCloseable> T add(T resource) {
    resources.push(resource);
    return resource;
  }

  @Override
  public void close() {
    RuntimeException failure = null;
    while (!resources.isEmpty()) {
      try {
        resources.pop().close();
      } catch (Exception e) {
        IllegalStateException wrapped = new IllegalStateException("closing the store failed", e);
        if (failure == null) {
          failure = wrapped;
        } else {
          failure.addSuppressed(wrapped);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
