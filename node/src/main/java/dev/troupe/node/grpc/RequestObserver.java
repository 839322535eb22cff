package dev.troupe.node.grpc;

import dev.troupe.protocol.error.ErrorCode;
import org.jspecify.annotations.Nullable;

/** Is told of every finished operation. Any thread, must be quick. */
@FunctionalInterface
public interface RequestObserver {
  RequestObserver NONE = (operation, nanos, error) -> {};

  /**
   * @param nanos from its translation to its answer
   * @param error null when it succeeded
   */
  void finished(KvOperation operation, long nanos, @Nullable ErrorCode error);
}
