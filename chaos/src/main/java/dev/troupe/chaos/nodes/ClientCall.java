package dev.troupe.chaos.nodes;

import dev.troupe.chaos.check.Operation;
import dev.troupe.chaos.check.Operation.Kind;
import dev.troupe.chaos.check.Violation;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A request with what it does to each register, and how its answer is understood. The operations of
 * one call are judged key by key; that they take effect together shows in the pair of registers
 * that is only written as one: {@link Pair}.
 */
final class ClientCall {
  private static final int ROWS_MAX = 100;

  private final int client;
  private final int group;
  private final KvRequest request;
  private final List<Operation> operations = new ArrayList<>();

  private ClientCall(int client, int group, KvRequest request) {
    this.client = client;
    this.group = group;
    this.request = request;
  }

  /** Makes calls of one client at one moment. */
  record Maker(int client, int group, int keys, int paddingMax, long now) {
    private ClientCall call(KvRequest request) {
      return new ClientCall(client, group, request);
    }

    private Operation operation(int place, Kind kind, long expected, long value) {
      return new Operation(client, ClientKeys.register(group, place), kind, expected, value, now);
    }

    ClientCall get(int place) {
      return call(new KvRequest.Get(ClientKeys.key(group, place)))
          .with(operation(place, Kind.READ, 0, 0));
    }

    ClientCall put(int place, long id) {
      return call(write(place, id)).with(operation(place, Kind.PUT, 0, id));
    }

    ClientCall delete(int place) {
      return call(new KvRequest.Delete(ClientKeys.key(group, place)))
          .with(operation(place, Kind.PUT, 0, 0));
    }

    ClientCall compareAndSet(int place, long expected, long id) {
      return call(compare(place, expected, id)).with(operation(place, Kind.CAS, expected, id));
    }

    private KvRequest.Put write(int place, long id) {
      byte[] value = Objects.requireNonNull(ClientKeys.value(id, paddingMax));
      return new KvRequest.Put(ClientKeys.key(group, place), value);
    }

    private KvRequest.CompareAndSet compare(int place, long expected, long id) {
      return new KvRequest.CompareAndSet(
          ClientKeys.key(group, place),
          ClientKeys.value(expected, paddingMax),
          ClientKeys.value(id, paddingMax));
    }

    /** Writes the pair of the group, always both. */
    ClientCall putPair(long id) {
      return call(new KvRequest.Batch(List.of(write(0, id), write(1, id))))
          .with(operation(0, Kind.PUT, 0, id))
          .with(operation(1, Kind.PUT, 0, id));
    }

    /** Writes one register if the other has the expected value: both or none. */
    ClientCall conditional(int compared, long expected, int written, long id, long otherId) {
      return call(new KvRequest.Batch(
              List.of(compare(compared, expected, id), write(written, otherId))))
          .with(operation(compared, Kind.CAS, expected, id))
          .with(operation(written, Kind.PUT, 0, otherId));
    }

    ClientCall scan(boolean reverse) {
      return everywhere(
          call(new KvRequest.Scan(ClientKeys.span(group), ROWS_MAX, 1 << 20, reverse, false, null)),
          Kind.READ);
    }

    ClientCall deleteAll() {
      return everywhere(
          call(new KvRequest.DeleteRange(ClientKeys.span(group), ROWS_MAX)), Kind.PUT);
    }

    private ClientCall everywhere(ClientCall call, Kind kind) {
      for (int place = 0; place < keys; place++) {
        call.with(operation(place, kind, 0, 0));
      }
      return call;
    }
  }

  private ClientCall with(Operation operation) {
    operations.add(operation);
    return this;
  }

  KvRequest request() {
    return request;
  }

  List<Operation> operations() {
    return operations;
  }

  /**
   * Takes the answer in.
   *
   * @param pair told, by a scan, what the pair's registers had
   * @return false when the outcome stays unknown
   */
  boolean answered(KvResponse response, long now, NodeCoverage coverage, Pair pair) {
    switch (response) {
      case KvResponse.Failed failed -> {
        return failed(failed, now);
      }
      case KvResponse.Value value ->
          operations.getFirst().succeed(ClientKeys.number(value.value()), now);
      case KvResponse.Written written -> operations.getFirst().succeed(0, now);
      case KvResponse.Compared compared -> compared(operations.getFirst(), compared, now);
      case KvResponse.BatchDone done -> batch(done, now, coverage);
      case KvResponse.Page page -> page(page, now, pair);
      case KvResponse.RangeDeleted deleted -> {
        if (deleted.resume() != null) {
          throw new Violation("RangeDelete", "the span was to be deleted at once: " + deleted);
        }
        coverage.reached(NodeRare.RANGE_DELETED);
        operations.forEach(operation -> operation.succeed(0, now));
      }
      case KvResponse.Internal unasked ->
          throw new Violation("Protocol", request + " was answered by " + response);
    }
    return true;
  }

  /** Hears the values of the two registers that are only written together. */
  interface Pair {
    void seen(long first, long second);
  }

  private boolean failed(KvResponse.Failed failed, long now) {
    if (failed.code() == ErrorCode.CORRUPTION
        || failed.code() == ErrorCode.INTERNAL
        || failed.code() == ErrorCode.CROSS_RANGE_BATCH
        || failed.code() == ErrorCode.INVALID_ARGUMENT) {
      throw new Violation("HonestErrors", request + " was answered by " + failed);
    }
    if (failed.code().retry() == ErrorCode.Retry.UNKNOWN_OUTCOME) {
      return false;
    }
    operations.forEach(operation -> operation.refuse(now));
    return true;
  }

  private static void compared(Operation operation, KvResponse.Compared compared, long now) {
    operation.succeed(
        compared.swapped() ? operation.expected() : ClientKeys.number(compared.current()), now);
  }

  private void batch(KvResponse.BatchDone done, long now, NodeCoverage coverage) {
    if (done.applied()) {
      for (int i = 0; i < operations.size(); i++) {
        Operation operation = operations.get(i);
        operation.succeed(operation.kind() == Kind.CAS ? operation.expected() : 0, now);
      }
      return;
    }
    coverage.reached(NodeRare.BATCH_REFUSED_BY_COMPARISON);
    for (int i = 0; i < operations.size(); i++) {
      if (i < done.results().size()
          && done.results().get(i) instanceof KvResponse.Compared compared
          && !compared.swapped()) {
        compared(operations.get(i), compared, now);
      } else {
        operations.get(i).refuse(now);
      }
    }
  }

  private void page(KvResponse.Page page, long now, Pair pair) {
    if (page.resume() != null) {
      throw new Violation("Scan", "one page was to hold all of the span: " + page);
    }
    long[] found = new long[operations.size()];
    for (KvResponse.Row row : page.rows()) {
      for (int place = 0; place < found.length; place++) {
        Key key = ClientKeys.key(group, place);
        if (key.equals(row.key())) {
          found[place] = ClientKeys.number(row.value());
        }
      }
    }
    for (int place = 0; place < found.length; place++) {
      operations.get(place).succeed(found[place], now);
    }
    pair.seen(found[0], found[1]);
  }

  /** What the trace says of the call. */
  @Override
  public String toString() {
    return "c" + client + " " + request.getClass().getSimpleName() + " " + operations;
  }
}
