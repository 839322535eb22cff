package dev.troupe.node.demo;

import com.google.protobuf.ByteString;
import dev.troupe.node.client.NodeClient;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.v1.Answer;
import dev.troupe.v1.Call;
import dev.troupe.v1.Failure;
import dev.troupe.v1.PipelineRequest;
import dev.troupe.v1.PipelineResponse;
import dev.troupe.v1.PutRequest;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A theatre's plays, actors and bookings: the same few thousand records in every demo. */
final class SampleData {
  static final String NAMESPACE = "demo";
  private static final int ACTORS = 500;
  private static final int DAYS = 60;
  private static final int BOOKINGS_PER_DAY = 50;
  private static final int CALLS_PER_MESSAGE = 500;
  private static final long LOAD_SECONDS_MAX = 60;
  private static final int ROUNDS_MAX = 5;
  private static final LocalDate FIRST_DAY = LocalDate.of(2026, 1, 1);

  private static final List<String> PLAYS =
      List.of(
          "Hamlet",
          "Macbeth",
          "Othello",
          "King Lear",
          "The Tempest",
          "Twelfth Night",
          "Faust",
          "Tartuffe",
          "The Cherry Orchard",
          "The Seagull",
          "Antigone",
          "Medea",
          "Lysistrata",
          "A Doll's House",
          "Peer Gynt",
          "Nathan the Wise",
          "Mother Courage",
          "The Bald Soprano",
          "Waiting for Godot",
          "Cyrano de Bergerac");

  private static final List<String> FIRST_NAMES =
      List.of("Ada", "Ben", "Cleo", "Dora", "Emil", "Fay", "Gil", "Hana", "Ivo", "June");

  private static final List<String> LAST_NAMES =
      List.of("Adler", "Brook", "Corday", "Dench", "Eyre", "Falk", "Garrick", "Hood", "Irving");

  private SampleData() {}

  /**
   * Writes everything; returns the number of records. Nobody else writes these keys, so a write is
   * simply repeated whose outcome is unknown because a leader moved meanwhile.
   *
   * @throws DemoProblem when a write failed for good
   */
  static int load(NodeClient client) {
    List<Call> records = records();
    List<Call> missing = records;
    for (int round = 1; !missing.isEmpty(); round++) {
      Loading loading = write(client, missing);
      Set<Long> again = loading.await(round < ROUNDS_MAX);
      missing = missing.stream().filter(call -> again.contains(call.getId())).toList();
    }
    return records.size();
  }

  private static Loading write(NodeClient client, List<Call> calls) {
    Loading loading = new Loading(calls.size());
    StreamObserver<PipelineRequest> stream = client.kvStream().pipeline(loading);
    for (int from = 0; from < calls.size(); from += CALLS_PER_MESSAGE) {
      int to = Math.min(calls.size(), from + CALLS_PER_MESSAGE);
      stream.onNext(PipelineRequest.newBuilder().addAllCalls(calls.subList(from, to)).build());
    }
    stream.onCompleted();
    return loading;
  }

  private static List<Call> records() {
    List<Call> calls = new ArrayList<>();
    for (int i = 0; i < PLAYS.size(); i++) {
      put(calls, "play/%02d".formatted(i + 1), "{\"title\":\"%s\"}".formatted(PLAYS.get(i)));
    }
    for (int i = 0; i < ACTORS; i++) {
      String name = FIRST_NAMES.get(i % 10) + " " + LAST_NAMES.get(i / 10 % LAST_NAMES.size());
      put(
          calls,
          "actor/%04d".formatted(i + 1),
          "{\"name\":\"%s\",\"play\":%d}".formatted(name, i % PLAYS.size() + 1));
    }
    for (int day = 0; day < DAYS; day++) {
      for (int seat = 1; seat <= BOOKINGS_PER_DAY; seat++) {
        put(
            calls,
            "booking/%s/%03d".formatted(FIRST_DAY.plusDays(day), seat),
            "{\"play\":%d,\"seat\":%d,\"price\":%d}"
                .formatted(day % PLAYS.size() + 1, seat, 20 + seat % 5 * 10));
      }
    }
    return calls;
  }

  private static void put(List<Call> calls, String key, String value) {
    calls.add(
        Call.newBuilder()
            .setId(calls.size())
            .setPut(
                PutRequest.newBuilder()
                    .setNamespace(NAMESPACE)
                    .setKey(ByteString.copyFromUtf8(key))
                    .setValue(ByteString.copyFromUtf8(value)))
            .build());
  }

  /** Counts answers down, and keeps what has to be repeated. */
  private static final class Loading implements StreamObserver<PipelineResponse> {
    private final AtomicInteger missing;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Set<Long> repeatable = ConcurrentHashMap.newKeySet();
    private volatile String repeatableProblem = "";
    private volatile String problem = "";

    Loading(int records) {
      missing = new AtomicInteger(records);
    }

    @Override
    public void onNext(PipelineResponse message) {
      for (Answer answer : message.getAnswersList()) {
        missing.decrementAndGet();
        if (!answer.hasFailure()) {
          continue;
        }
        Failure failure = answer.getFailure();
        if (failure.getRetry().equals(ErrorCode.Retry.NEVER.name())) {
          problem = failure.getMessage();
        } else {
          repeatableProblem = failure.getMessage();
          repeatable.add(answer.getId());
        }
      }
    }

    @Override
    public void onError(Throwable cause) {
      problem = Status.fromThrowable(cause).toString();
      ended.countDown();
    }

    @Override
    public void onCompleted() {
      ended.countDown();
    }

    /** Returns the ids of the calls to repeat. */
    Set<Long> await(boolean mayRepeat) {
      try {
        if (!ended.await(LOAD_SECONDS_MAX, TimeUnit.SECONDS)) {
          problem = "it took longer than " + LOAD_SECONDS_MAX + " s";
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        problem = "interrupted";
      }
      if (!mayRepeat && !repeatable.isEmpty()) {
        problem = repeatableProblem;
      }
      if (!problem.isEmpty() || missing.get() != 0) {
        throw new DemoProblem("cannot load the sample data: " + problem, "");
      }
      return repeatable;
    }
  }
}
