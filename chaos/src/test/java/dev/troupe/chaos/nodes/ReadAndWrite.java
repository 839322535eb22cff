package dev.troupe.chaos.nodes;

import dev.troupe.chaos.check.Violation;
import dev.troupe.chaos.nodes.CrashTrial.Answer;
import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.spi.Transactions;
import dev.troupe.protocol.spi.TxnRequest;
import dev.troupe.protocol.spi.TxnResponse;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A transaction that reads and writes some keys, which always have one value among them. */
final class ReadAndWrite {
  private ReadAndWrite() {}

  /** Reads and writes all keys, and commits. */
  static void all(
      Transactions.Session session,
      List<Key> keys,
      long value,
      Consumer<Long> seen,
      Consumer<Answer> end) {
    long[] read = new long[keys.size()];
    boolean[] failed = {false};
    for (int i = 0; i < keys.size(); i++) {
      int place = i;
      session.send(
          new TxnRequest.Get(keys.get(i), TxnRequest.Lock.NONE),
          response -> {
            if (response instanceof TxnResponse.Value found) {
              read[place] = number(found.value());
              if (place == keys.size() - 1) {
                requireSame(read);
                seen.accept(read[0]);
              }
            } else {
              failed[0] = true;
            }
          });
    }
    for (Key key : keys) {
      session.send(
          new TxnRequest.Put(key, new ByteWriter(8).putLong(value).toBytes()), response -> {});
    }
    session.send(
        new TxnRequest.Commit(),
        response -> {
          if (response instanceof TxnResponse.Committed) {
            end.accept(Answer.COMMITTED);
          } else if (response instanceof TxnResponse.Failed failure
              && (failed[0] || failure.code().retry() != ErrorCode.Retry.UNKNOWN_OUTCOME)) {
            end.accept(Answer.FAILED);
          } else {
            end.accept(Answer.UNKNOWN);
          }
        });
  }

  static void requireSame(long[] read) {
    for (long value : read) {
      if (value != read[0]) {
        throw new Violation(
            "Atomicity", "a transaction was seen in part: " + Arrays.toString(read));
      }
    }
  }

  static long number(byte @Nullable [] value) {
    return value == null ? 0 : new ByteReader(value).readLong();
  }
}
