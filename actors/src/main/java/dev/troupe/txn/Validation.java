package dev.troupe.txn;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.model.TxnId;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Asks all ranges concerned whether spans read the same at two timestamps. Owned by the
 * transaction's coordinator.
 */
final class Validation {
  private static final int SPANS_PER_REQUEST = 1_000;

  private final TxnId txn;
  private final TransactionParts parts;
  private final Turns turns;
  private final Sender sender;
  private final long deadline;
  private final ArrayDeque<List<KeySpan>> waiting = new ArrayDeque<>();
  private int inFlight;
  private boolean answered;

  Validation(TxnId txn, TransactionParts parts, Turns turns, Sender sender, long deadline) {
    this.txn = txn;
    this.parts = parts;
    this.turns = turns;
    this.sender = sender;
    this.deadline = deadline;
  }

  /**
   * Validates.
   *
   * @param reply gets Valid, Changed or Failed
   */
  void run(List<KeySpan> spans, Timestamp after, Timestamp upTo, Consumer<KvResponse> reply) {
    inFlight++;
    divide(
        spans,
        divided -> {
          inFlight--;
          if (divided == null) {
            end(
                new KvResponse.Failed(
                    ErrorCode.RANGE_UNAVAILABLE, "the ranges of what was read were not found"),
                reply);
            return;
          }
          for (Part part : divided) {
            for (int i = 0; i < part.reads().size(); i += SPANS_PER_REQUEST) {
              int to = Math.min(part.reads().size(), i + SPANS_PER_REQUEST);
              waiting.add(part.reads().subList(i, to));
            }
          }
          sendAll(after, upTo, reply);
        });
  }

  private void divide(List<KeySpan> spans, Consumer<@Nullable List<Part>> reply) {
    Partition.of(turns.ranges(parts.ranges()), deadline, List.of(), spans, reply);
  }

  private void sendAll(Timestamp after, Timestamp upTo, Consumer<KvResponse> reply) {
    inFlight++;
    while (!waiting.isEmpty()) {
      List<KeySpan> some = waiting.poll();
      inFlight++;
      sender.send(
          new KvRequest.Validate(txn, some, after, upTo),
          deadline,
          response -> {
            inFlight--;
            validated(some, after, upTo, response, reply);
          });
    }
    inFlight--;
    endWhenAllAnswered(reply);
  }

  private void validated(
      List<KeySpan> some,
      Timestamp after,
      Timestamp upTo,
      KvResponse response,
      Consumer<KvResponse> reply) {
    switch (response) {
      case KvResponse.Valid valid -> endWhenAllAnswered(reply);
      case KvResponse.Failed failed when failed.code() == ErrorCode.CROSS_RANGE_BATCH ->
          run(some, after, upTo, reply);
      default -> end(response, reply);
    }
  }

  private void endWhenAllAnswered(Consumer<KvResponse> reply) {
    if (inFlight == 0 && waiting.isEmpty()) {
      end(new KvResponse.Valid(), reply);
    }
  }

  private void end(KvResponse response, Consumer<KvResponse> reply) {
    if (!answered) {
      answered = true;
      reply.accept(response);
    }
  }
}
