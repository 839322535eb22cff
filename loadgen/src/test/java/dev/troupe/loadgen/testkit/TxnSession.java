package dev.troupe.loadgen.testkit;

import com.google.protobuf.ByteString;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.v1.BeginResponse;
import dev.troupe.v1.CommitResponse;
import dev.troupe.v1.GetResponse;
import dev.troupe.v1.TxnDone;
import dev.troupe.v1.TxnFailure;
import dev.troupe.v1.TxnGetRequest;
import dev.troupe.v1.TxnLock;
import dev.troupe.v1.TxnSessionRequest;
import dev.troupe.v1.TxnSessionResponse;
import io.grpc.stub.StreamObserver;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One stream of an {@link InMemoryTxn}. Called by one thread at a time. */
final class TxnSession implements StreamObserver<TxnSessionRequest> {
  static final TxnDone DONE = TxnDone.getDefaultInstance();
  private static final long LOCK_WAIT_MILLIS = 40;

  private final TxnStore store;
  private final TxnFaults faults;
  private final int pageRows;
  private final StreamObserver<TxnSessionResponse> out;
  private final Consumer<TxnSession> onEnd;
  private @Nullable TxnState state;
  private boolean ended;

  TxnSession(
      TxnStore store,
      TxnFaults faults,
      int pageRows,
      StreamObserver<TxnSessionResponse> out,
      Consumer<TxnSession> onEnd) {
    this.store = store;
    this.faults = faults;
    this.pageRows = pageRows;
    this.out = out;
    this.onEnd = onEnd;
  }

  static GetResponse found(@Nullable ByteString value) {
    return value == null
        ? GetResponse.getDefaultInstance()
        : GetResponse.newBuilder().setFound(true).setValue(value).setVersion(1).build();
  }

  @Override
  public void onNext(TxnSessionRequest request) {
    TxnSessionResponse.Builder answer = TxnSessionResponse.newBuilder().setId(request.getId());
    if (ended) {
      out.onNext(answer.setFailure(InMemoryTxn.failure(ErrorCode.TXN_ENDED, true)).build());
      return;
    }
    if (faults.breaksAt(request)) {
      fail();
      return;
    }
    TxnFailure failure = faults.onRequest(request);
    if (failure != null) {
      refuse(answer, failure);
      return;
    }
    carryOut(request, answer);
  }

  private void carryOut(TxnSessionRequest request, TxnSessionResponse.Builder answer) {
    switch (request.getRequestCase()) {
      case BEGIN -> {
        var begin = request.getBegin();
        state = new TxnState(store, begin.getTransactionId(), begin.getNamespace());
        answer.setBegin(BeginResponse.newBuilder().setTransactionId(begin.getTransactionId()));
        out.onNext(answer.build());
      }
      case GET -> get(request.getGet(), answer);
      case SCAN -> out.onNext(answer.setScan(state().scan(request.getScan(), pageRows)).build());
      case PUT -> {
        state().write(request.getPut().getKey(), request.getPut().getValue());
        out.onNext(answer.setDone(DONE).build());
      }
      case DELETE -> {
        state().write(request.getDelete().getKey(), null);
        out.onNext(answer.setDone(DONE).build());
      }
      case SAVEPOINT -> {
        state().savepoint(request.getSavepoint().getName());
        out.onNext(answer.setDone(DONE).build());
      }
      case ROLLBACK_TO -> done(answer, state().rollbackTo(request.getRollbackTo().getName()));
      case RELEASE -> done(answer, state().release(request.getRelease().getName()));
      case COMMIT -> commit(answer);
      case ROLLBACK -> {
        end();
        out.onNext(answer.setDone(DONE).build());
        out.onCompleted();
      }
      case REQUEST_NOT_SET -> throw new IllegalArgumentException("no request");
    }
  }

  private void done(TxnSessionResponse.Builder answer, boolean known) {
    if (known) {
      out.onNext(answer.setDone(DONE).build());
    } else {
      refuse(answer, InMemoryTxn.failure(ErrorCode.UNKNOWN_SAVEPOINT, false));
    }
  }

  private void get(TxnGetRequest get, TxnSessionResponse.Builder answer) {
    ByteString whole = state().whole(get.getKey());
    boolean locked =
        switch (get.getLock()) {
          case TXN_LOCK_NONE, UNRECOGNIZED -> true;
          case TXN_LOCK_WAIT -> store.lock(whole, state().id, LOCK_WAIT_MILLIS);
          case TXN_LOCK_NO_WAIT, TXN_LOCK_SKIP_LOCKED -> store.lock(whole, state().id, 0);
        };
    if (locked) {
      out.onNext(answer.setGet(found(state().get(get.getKey()))).build());
    } else if (get.getLock() == TxnLock.TXN_LOCK_SKIP_LOCKED) {
      out.onNext(answer.setGet(found(null)).build());
    } else {
      boolean wait = get.getLock() == TxnLock.TXN_LOCK_WAIT;
      refuse(
          answer,
          InMemoryTxn.failure(wait ? ErrorCode.DEADLOCK : ErrorCode.LOCK_NOT_AVAILABLE, wait));
    }
  }

  private void commit(TxnSessionResponse.Builder answer) {
    TxnFaults.Commit fault = faults.onCommit();
    switch (fault) {
      case FINE -> {
        TxnStore.Ended result = state().commit();
        end();
        if (result == null) {
          refuse(answer, InMemoryTxn.failure(ErrorCode.TXN_CONFLICT, true));
        } else {
          out.onNext(
              answer.setCommit(CommitResponse.newBuilder().setVersion(result.version())).build());
          out.onCompleted();
        }
      }
      case APPLIED_AND_BROKEN -> {
        state().commit();
        fail();
      }
      case APPLIED_AND_AMBIGUOUS -> {
        state().commit();
        refuse(answer, InMemoryTxn.failure(ErrorCode.AMBIGUOUS, true));
      }
      case APPLIED_AND_SILENT -> {
        state().commit();
        end();
      }
      case ABORTED_AND_BROKEN -> {
        store.abort(state().id);
        fail();
      }
      case FORGOTTEN_AND_BROKEN -> fail();
      case CONFLICT -> refuse(answer, InMemoryTxn.failure(ErrorCode.TXN_CONFLICT, true));
    }
  }

  private void refuse(TxnSessionResponse.Builder answer, TxnFailure failure) {
    if (failure.getEnded()) {
      end();
    }
    out.onNext(answer.setFailure(failure).build());
  }

  private TxnState state() {
    return java.util.Objects.requireNonNull(state, "begin comes first");
  }

  private void fail() {
    end();
    out.onError(InMemoryTxn.broken());
  }

  private void end() {
    ended = true;
    if (state != null) {
      store.unlock(state.id);
    }
    onEnd.accept(this);
  }

  @Override
  public void onError(Throwable error) {
    end();
  }

  @Override
  public void onCompleted() {
    // A half-closed stream that was neither committed nor rolled back is a bug of the client.
    boolean orderly = ended;
    end();
    if (!orderly) {
      out.onError(new IllegalStateException("closed in the middle"));
    }
  }
}
