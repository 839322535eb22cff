package dev.troupe.node.grpc;

import dev.troupe.protocol.error.ErrorCode;
import org.jspecify.annotations.Nullable;

/**
 * Is told of every finished operation. Any thread, must be quick.
 *
 * @param <O> the operations of one service
 */
@FunctionalInterface
public interface RequestObserver<O extends RequestObserver.Operation> {
  /** Something that a client can ask for, as metrics name it. */
  interface Operation {
    String label();
  }

  static <O extends Operation> RequestObserver<O> none() {
    return (operation, nanos, error) -> {};
  }

  /**
   * @param nanos from its translation to its answer
   * @param error null when it succeeded
   */
  void finished(O operation, long nanos, @Nullable ErrorCode error);
}
