package dev.troupe.pgwire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a client sends once a session is open. */
sealed interface FrontendMessage {
  record Query(String sql) implements FrontendMessage {}

  record Parse(String statement, String sql, int[] parameterTypes) implements FrontendMessage {}

  /**
   * @param values null for NULL
   */
  record Bind(
      String portal,
      String statement,
      int[] parameterFormats,
      List<byte @Nullable []> values,
      int[] resultFormats)
      implements FrontendMessage {}

  record DescribeStatement(String name) implements FrontendMessage {}

  record DescribePortal(String name) implements FrontendMessage {}

  /**
   * @param maxRows 0: all
   */
  record Execute(String portal, int maxRows) implements FrontendMessage {}

  record CloseStatement(String name) implements FrontendMessage {}

  record ClosePortal(String name) implements FrontendMessage {}

  record Flush() implements FrontendMessage {}

  record Sync() implements FrontendMessage {}

  record CopyData(byte[] bytes) implements FrontendMessage {}

  record CopyDone() implements FrontendMessage {}

  record CopyFail(String message) implements FrontendMessage {}

  record Terminate() implements FrontendMessage {}

  /** The fast-path call of a function, which is not served. */
  record FunctionCall() implements FrontendMessage {}
}
