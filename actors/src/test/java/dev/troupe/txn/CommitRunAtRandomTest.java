package dev.troupe.txn;

import static dev.troupe.txn.ScriptedKv.failed;
import static dev.troupe.txn.ScriptedKv.prepared;
import static dev.troupe.txn.ScriptedKv.status;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.KvResponse.TxnState;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommitRunAtRandomTest extends CommitRunFixture {
  /** Any answers in any order: one outcome, one end, and nothing that contradicts the record. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void shouldAlwaysEndOnce(long first) {
    for (long seed = first * 1_000; seed < first * 1_000 + 300; seed++) {
      new CommitRunAtRandomTest().runAtRandom(new Random(seed));
    }
  }

  private void runAtRandom(Random random) {
    if (random.nextBoolean()) {
      kv.borders.add(Key.of("h"));
    }
    reads.add(Key.of("x"));
    CommitRun run = start("b", "c", "m");
    boolean committed = false;
    boolean aborted = false;
    boolean maybe = false;
    for (int i = 0; i < 500 && !(kv.calls.isEmpty() && told.contains("cleaned up")); i++) {
      int dice = random.nextInt(10);
      if (dice == 0) {
        giveUp(run);
      } else if (dice < 3 || kv.calls.isEmpty()) {
        kv.pass(300_000_000L);
      } else {
        ScriptedKv.Call call = kv.calls.peek();
        KvRequest request = call.request();
        boolean decides =
            request instanceof KvRequest.Decide || request instanceof KvRequest.CommitOnePhase;
        KvResponse response;
        if (random.nextInt(4) == 0) {
          response = trouble(random, request);
          maybe |= decides && response.equals(failed(ErrorCode.AMBIGUOUS));
        } else if (decides) {
          committed |= !aborted;
          response = status(committed ? TxnState.COMMITTED : TxnState.ABORTED, 700, 7);
        } else if (request instanceof KvRequest.Abort) {
          aborted |= !committed;
          response = status(committed ? TxnState.COMMITTED : TxnState.ABORTED, 700, 7);
        } else if (request instanceof KvRequest.Prepare) {
          response = prepared(600 + random.nextInt(101));
        } else {
          response = new KvResponse.Valid();
        }
        kv.answer(request.getClass(), response);
      }
    }
    assertThat(told).hasSize(2).endsWith("cleaned up");
    String outcome = told.getFirst();
    if (committed) {
      assertThat(outcome).startsWith("committed 700");
    } else if (!maybe) {
      assertThat(outcome).startsWith("failed").isNotEqualTo("failed AMBIGUOUS");
    }
  }

  private KvResponse trouble(Random random, KvRequest request) {
    return switch (random.nextInt(4)) {
      case 0 -> failed(ErrorCode.AMBIGUOUS);
      case 1 -> failed(ErrorCode.OVERLOADED);
      case 2 -> failed(ErrorCode.RANGE_UNAVAILABLE);
      default ->
          request instanceof KvRequest.Prepare || request instanceof KvRequest.Validate
              ? new KvResponse.Changed(Key.of("x"))
              : failed(ErrorCode.NOT_LEADER);
    };
  }
}
