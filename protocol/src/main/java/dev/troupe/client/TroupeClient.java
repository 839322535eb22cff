package dev.troupe.client;

import com.google.protobuf.ByteString;
import dev.troupe.protocol.spi.MonotonicClock;
import dev.troupe.protocol.spi.RandomSource;
import dev.troupe.protocol.spi.SystemClocks;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Runs transactions on a cluster. Any thread, any number of them at a time; each blocks the thread
 * that runs it, which may well be a virtual one. Threads share one connection per node, and talk to
 * the first node named until it is gone, then to the next. Connects when first used.
 *
 * <pre>{@code
 * client.transact(tx -> {
 *   tx.put(utf8("name"), utf8("value"));
 *   tx.delete(utf8("other"));
 * });
 * }</pre>
 */
public final class TroupeClient implements AutoCloseable {
  private final ClientContext context;

  private TroupeClient(ClientContext context) {
    this.context = context;
  }

  /**
   * A client with the usual settings.
   *
   * @param addresses {@code host:port} of gRPC, in the order in which they are tried
   */
  public static TroupeClient connect(String... addresses) {
    return builder(addresses).build();
  }

  public static Builder builder(String... addresses) {
    return new Builder(List.of(addresses));
  }

  /**
   * Runs a transaction and returns what its body returns, once it is committed. The body is run
   * again from the beginning, after a pause, while the deadline of 30 s has not passed, when
   *
   * <ul>
   *   <li>the server says that nothing has happened (retry class RESTART or SAFE), but not for
   *       LOCK_NOT_AVAILABLE;
   *   <li>the node was lost before it was told to commit;
   *   <li>the answer to the commit was lost, and the cluster says that it was aborted.
   * </ul>
   *
   * <p>When the body throws anything else the transaction is rolled back and the exception passed
   * on.
   *
   * @throws AmbiguousCommitException when the answer to the commit was lost and the cluster does
   *     not know what became of it; it is then never tried again
   * @throws TroupeClientException when it was refused, or time is up; nothing has happened
   */
  public <T extends @Nullable Object, E extends Exception> T transaction(TransactionBody<T, E> body)
      throws E {
    return transaction(TransactionOptions.DEFAULT, body);
  }

  /** As {@link #transaction(TransactionBody)}, with options. */
  public <T extends @Nullable Object, E extends Exception> T transaction(
      TransactionOptions options, TransactionBody<T, E> body) throws E {
    return new TransactionRunner(context, options).run(body);
  }

  /** As {@link #transaction(TransactionBody)}, for a body that returns nothing. */
  public <E extends Exception> void transact(Work<E> work) throws E {
    transact(TransactionOptions.DEFAULT, work);
  }

  /** As {@link #transact(Work)}, with options. */
  public <E extends Exception> void transact(TransactionOptions options, Work<E> work) throws E {
    transaction(
        options,
        tx -> {
          work.run(tx);
          return Boolean.TRUE;
        });
  }

  /** What a transaction without a result does. */
  @FunctionalInterface
  public interface Work<E extends Exception> {
    void run(Transaction transaction) throws E;
  }

  /** Begins to describe a transaction in one call. */
  public Execute execute() {
    return new Execute(context);
  }

  /** Single keys without transactions. */
  public KeyValueStore keyValues() {
    return keyValues(TransactionOptions.DEFAULT);
  }

  /** As {@link #keyValues()}; the options hold for each operation. */
  public KeyValueStore keyValues(TransactionOptions options) {
    return new KeyValueStore(context, options);
  }

  /**
   * What became of a transaction of this client's namespace.
   *
   * @param firstKey the key that it wrote first; of one in a single call the first key in it,
   *     comparisons before operations
   */
  public TransactionOutcome outcome(UUID transactionId, byte[] firstKey) {
    return outcome(transactionId, "", firstKey);
  }

  /** As {@link #outcome(UUID, byte[])}, in any namespace. */
  public TransactionOutcome outcome(UUID transactionId, String namespace, byte[] firstKey) {
    return new OutcomeResolver(context)
        .settle(
            transactionId,
            context.namespaceOr(namespace),
            List.of(ByteString.copyFrom(firstKey)),
            context.now() + context.answerNanos());
  }

  /** Ends the connections. Transactions under way fail; what they have not committed is undone. */
  @Override
  public void close() {
    context.closed().countDown();
    context.endpoints().close();
  }

  /** Settings of a client. */
  public static final class Builder {
    private static final int INBOUND_BYTES_MAX = 64 << 20;
    private static final Duration ANSWER_DEFAULT = Duration.ofSeconds(10);

    private final List<String> addresses;
    private String namespace = "";
    private Duration answerTimeout = ANSWER_DEFAULT;
    private Function<String, ManagedChannel> connector = Builder::plaintext;
    private MonotonicClock clock = SystemClocks.monotonic();
    private RandomSource random = SystemClocks.random();

    private Builder(List<String> addresses) {
      this.addresses = addresses;
    }

    /** Of requests that name none; by default the namespace "default". */
    public Builder namespace(String name) {
      namespace = name;
      return this;
    }

    /**
     * How long a node may take to answer, lock waits included, before it counts as gone; also how
     * long the outcome of a commit is asked for. (10 s)
     */
    public Builder answerTimeout(Duration timeout) {
      answerTimeout = timeout;
      return this;
    }

    /** Makes the channel to an address, for instance one with TLS. By default plain text. */
    public Builder connector(Function<String, ManagedChannel> newConnector) {
      connector = newConnector;
      return this;
    }

    /** For tests. */
    Builder time(MonotonicClock newClock, RandomSource newRandom) {
      clock = newClock;
      random = newRandom;
      return this;
    }

    public TroupeClient build() {
      SecureRandom seeds = new SecureRandom();
      return new TroupeClient(
          new ClientContext(
              new Endpoints(addresses, connector),
              namespace,
              answerTimeout.toNanos(),
              clock,
              random,
              seeds.nextLong(),
              new AtomicLong(seeds.nextLong()),
              new AtomicLong(),
              new CountDownLatch(1)));
    }

    private static ManagedChannel plaintext(String address) {
      // Answers only fill queues: no thread of its own is needed to hand them on.
      return ManagedChannelBuilder.forTarget(address)
          .usePlaintext()
          .directExecutor()
          .disableRetry()
          .maxInboundMessageSize(INBOUND_BYTES_MAX)
          .build();
    }
  }
}
