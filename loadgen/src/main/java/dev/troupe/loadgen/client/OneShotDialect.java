package dev.troupe.loadgen.client;

import com.google.protobuf.ByteString;
import dev.troupe.v1.ExecuteRequest;
import dev.troupe.v1.ExecuteResponse;
import dev.troupe.v1.TxnGrpc;
import dev.troupe.v1.TxnOperation;
import dev.troupe.v1.TxnPutRequest;
import io.grpc.ManagedChannel;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Troupe's own API by one call per operation, where a put is a transaction of its own, under an id
 * chosen here after the last answer. Beside {@link TroupeDialect#UNARY}, from which it differs in
 * nothing else, it shows what a transaction costs.
 */
public enum OneShotDialect implements Dialect {
  INSTANCE;

  private static final int ID_BYTES = 2 * Long.BYTES;

  @Override
  public Link open(ManagedChannel channel, LinkContext context, Link.BreakListener onBroken) {
    Told told = new Told();
    return new UnaryLink(
        channel,
        context,
        onBroken,
        (link, operation, listener) -> {
          if (operation instanceof Operation.Put put) {
            link.call(
                TxnGrpc.getExecuteMethod(),
                execute(put, context.namespace(), told.latest),
                told::of,
                listener);
          } else {
            TroupeDialect.startUnary(link, operation, context.namespace(), listener);
          }
        });
  }

  @Override
  public CompletionStage<ClusterMap> locate(ManagedChannel channel, LinkContext context) {
    return TroupeDialect.UNARY.locate(channel, context);
  }

  /** The latest version that a link was told of; belongs to its loop. */
  private static final class Told {
    private long latest;

    Outcome of(ExecuteResponse answer) {
      latest = Math.max(latest, answer.getVersion());
      return new Outcome.Written(answer.getVersion());
    }
  }

  private static ExecuteRequest execute(Operation.Put put, String namespace, long told) {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    byte[] id = new byte[ID_BYTES];
    ByteBuffer.wrap(id).putLong(random.nextLong()).putLong(random.nextLong());
    TxnPutRequest change =
        TxnPutRequest.newBuilder().setKey(put.key()).setValue(put.value()).build();
    return ExecuteRequest.newBuilder()
        .setTransactionId(ByteString.copyFrom(id))
        .setChosenAfter(told)
        .setNamespace(namespace)
        .addThen(TxnOperation.newBuilder().setPut(change))
        .build();
  }
}
