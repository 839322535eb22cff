package dev.troupe.range;

import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.trace.Span;
import java.util.Locale;
import java.util.function.Consumer;

/** How requests to ranges are named in traces, and what is told of their ends. Any thread. */
public final class RequestSpans {
  private RequestSpans() {}

  /** What a replica does for a request: {@code range.put}, {@code range.get} and so on. */
  public static String served(KvRequest request) {
    return "range." + operation(request);
  }

  /** The kind of a request: {@code compare_and_set}. */
  public static String operation(KvRequest request) {
    String name = request.getClass().getSimpleName();
    return name.replaceAll("(?<=[a-z])(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
  }

  /** Ends a span with what a replica has answered, and passes that on. */
  public static Consumer<RangeReply> ending(Span span, RangeId range, Consumer<RangeReply> reply) {
    span.with("range", range.value());
    return answer -> {
      end(span, answer);
      reply.accept(answer);
    };
  }

  private static void end(Span span, RangeReply answer) {
    switch (answer) {
      case RangeReply.Done done -> end(span, done.response());
      case RangeReply.NotLeader other -> span.fail("does not lead the range");
      case RangeReply.NotOwner other -> span.fail("does not own the key any more");
      case RangeReply.NoReplica none -> span.fail("has no replica of the range");
      case RangeReply.CrossesBorder border -> span.fail("has not all of the keys");
    }
  }

  /** Ends a span with the answer to its request. */
  public static void end(Span span, KvResponse response) {
    switch (response) {
      case KvResponse.Failed failed -> span.fail(failed.code() + ": " + failed.message());
      case KvResponse.Page page -> span.with("rows", page.rows().size()).end();
      default -> span.end();
    }
  }
}
