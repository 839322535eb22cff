package dev.troupe.node.grpc;

import dev.troupe.protocol.trace.TraceParent;
import io.grpc.BindableService;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import org.jspecify.annotations.Nullable;

/**
 * Reads what clients say of their traces out of the metadata of calls. Only asked for where tracing
 * is on: elsewhere services are not wrapped, and calls pass nothing.
 */
public final class TraceParents implements ServerInterceptor {
  private static final Metadata.Key<String> HEADER =
      Metadata.Key.of(TraceParent.HEADER, Metadata.ASCII_STRING_MARSHALLER);
  private static final Context.Key<TraceParent> GIVEN = Context.key("traceparent");

  private TraceParents() {}

  /** The service, for which {@link #current} is known from now on. */
  public static BindableService readFor(BindableService service) {
    return () -> ServerInterceptors.intercept(service, new TraceParents());
  }

  /** What the client of the present call says; null when it says nothing, or outside of calls. */
  static @Nullable TraceParent current() {
    return GIVEN.get();
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    String header = headers.get(HEADER);
    TraceParent parent = header == null ? null : TraceParent.parse(header);
    return parent == null
        ? next.startCall(call, headers)
        : Contexts.interceptCall(Context.current().withValue(GIVEN, parent), call, headers, next);
  }
}
