package dev.troupe.client;

import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;

/**
 * Tells whether a call ever got as far as a connection. One that did not has certainly done
 * nothing, which the status alone does not say.
 */
final class SentMark extends ClientStreamTracer.Factory {
  private volatile boolean sent;

  boolean isSent() {
    return sent;
  }

  @Override
  public ClientStreamTracer newClientStreamTracer(
      ClientStreamTracer.StreamInfo info, Metadata headers) {
    return new ClientStreamTracer() {
      @Override
      public void outboundHeaders() {
        sent = true;
      }

      @Override
      public void outboundMessage(int sequence) {
        sent = true;
      }
    };
  }
}
