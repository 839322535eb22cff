package dev.troupe.loadgen.client;

import com.google.protobuf.ByteString;
import dev.troupe.v1.ExecuteRequest;
import dev.troupe.v1.TxnGrpc;
import dev.troupe.v1.TxnOperation;
import dev.troupe.v1.TxnPutRequest;
import io.grpc.ManagedChannel;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Troupe's own API by one call per operation, where a put is a transaction of its own, under an id
 * chosen here. Beside {@link TroupeDialect#UNARY}, from which it differs in nothing else, it shows
 * what a transaction costs.
 */
public enum OneShotDialect implements Dialect {
  INSTANCE;

  private static final int ID_BYTES = 2 * Long.BYTES;

  @Override
  public Link open(ManagedChannel channel, LinkContext context, Link.BreakListener onBroken) {
    return new UnaryLink(
        channel,
        context,
        onBroken,
        (link, operation, listener) -> start(link, operation, context.namespace(), listener));
  }

  @Override
  public CompletionStage<ClusterMap> locate(ManagedChannel channel, LinkContext context) {
    return TroupeDialect.UNARY.locate(channel, context);
  }

  private static void start(
      UnaryLink link, Operation operation, String namespace, Outcome.Listener listener) {
    if (operation instanceof Operation.Put put) {
      link.call(
          TxnGrpc.getExecuteMethod(),
          execute(put, namespace),
          answer -> new Outcome.Written(answer.getVersion()),
          listener);
    } else {
      TroupeDialect.startUnary(link, operation, namespace, listener);
    }
  }

  private static ExecuteRequest execute(Operation.Put put, String namespace) {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    byte[] id = new byte[ID_BYTES];
    ByteBuffer.wrap(id).putLong(random.nextLong()).putLong(random.nextLong());
    TxnPutRequest change =
        TxnPutRequest.newBuilder().setKey(put.key()).setValue(put.value()).build();
    return ExecuteRequest.newBuilder()
        .setTransactionId(ByteString.copyFrom(id))
        .setNamespace(namespace)
        .addThen(TxnOperation.newBuilder().setPut(change))
        .build();
  }
}
