package dev.troupe.node.grpc;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.model.TxnId;
import dev.troupe.protocol.spi.KvClient;
import dev.troupe.protocol.spi.KvRequest;
import dev.troupe.protocol.spi.KvResponse;
import dev.troupe.protocol.spi.MonotonicClock;
import dev.troupe.protocol.spi.Transactions;
import dev.troupe.protocol.spi.TxnRequest;
import dev.troupe.protocol.spi.TxnResponse;
import dev.troupe.protocol.trace.Span;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The ports as SQL's clients use them: they pass an admission like those of the gRPC API. The first
 * request of a transaction may be refused for the load, the others only when there is no room at
 * all, and its end never. How long the ends of those that have written take is what tells the load:
 * until then a transaction may have met nothing that others wait for. Any thread.
 */
public final class AdmittedPorts {
  private final Admission admission;
  private final MonotonicClock clock;
  private final RefusalPause pause;

  public AdmittedPorts(Admission admission, MonotonicClock clock, RefusalPause pause) {
    this.admission = admission;
    this.clock = clock;
    this.pause = pause;
  }

  /** Reads and writes of one key, each by itself. */
  public KvClient kv(KvClient port) {
    return new AdmittedKv(port);
  }

  public Transactions transactions(Transactions port) {
    return new Admitted(port);
  }

  private <T> Consumer<T> leaving(Admission.Kind kind, Consumer<T> reply) {
    long entered = clock.nanos();
    return answer -> {
      admission.leave(kind, entered, 0);
      reply.accept(answer);
    };
  }

  private void refuse(KvResponse.Failed refusal, Consumer<TxnResponse> reply) {
    var failed = new TxnResponse.Failed(refusal.code(), refusal.message());
    pause.beforeTelling(() -> reply.accept(failed));
  }

  private final class AdmittedKv implements KvClient {
    private final KvClient port;

    AdmittedKv(KvClient port) {
      this.port = port;
    }

    @Override
    public void send(KvRequest request, long deadlineNanos, Consumer<KvResponse> reply) {
      Admission.Kind kind = Admission.Kind.of(request);
      KvResponse.Failed refusal = admission.enter(kind, 0);
      if (refusal != null) {
        pause.beforeTelling(() -> reply.accept(refusal));
      } else {
        port.send(request, deadlineNanos, leaving(kind, reply));
      }
    }

    @Override
    public KvClient under(Span span) {
      return new AdmittedKv(port.under(span));
    }

    @Override
    public List<Key> borders(KeySpan span, int max) {
      return port.borders(span, max);
    }
  }

  private final class Admitted implements Transactions {
    private final Transactions port;

    Admitted(Transactions port) {
      this.port = port;
    }

    @Override
    public Session begin(TxnId id, Timestamp named, long deadlineNanos, int losses) {
      return new AdmittedSession(port.begin(id, named, deadlineNanos, losses));
    }

    @Override
    public Transactions tracedUnder(Span span) {
      return new Admitted(port.tracedUnder(span));
    }

    @Override
    public void execute(
        TxnRequest.OneShot request, long deadlineNanos, Consumer<TxnResponse> reply) {
      KvResponse.Failed refusal = admission.enter(Admission.Kind.WRITE, 0);
      if (refusal != null) {
        refuse(refusal, reply);
      } else {
        port.execute(request, deadlineNanos, leaving(Admission.Kind.WRITE, reply));
      }
    }

    @Override
    public void outcome(TxnId id, Key anchor, long deadlineNanos, OutcomeReply reply) {
      port.outcome(id, anchor, deadlineNanos, reply);
    }
  }

  private final class AdmittedSession implements Transactions.Session {
    private final Transactions.Session session;
    private volatile boolean begun;
    private volatile boolean wrote;

    AdmittedSession(Transactions.Session session) {
      this.session = session;
    }

    @Override
    public TxnId id() {
      return session.id();
    }

    @Override
    public void trace(@Nullable Span span) {
      session.trace(span);
    }

    @Override
    public void send(TxnRequest request, Consumer<TxnResponse> reply) {
      boolean ends = request instanceof TxnRequest.Commit || request instanceof TxnRequest.Rollback;
      Admission.Kind kind = kind(request);
      KvResponse.Failed refusal = admission.enter(kind, 0);
      if (refusal == null) {
        begun = true;
        wrote |= request instanceof TxnRequest.Put || request instanceof TxnRequest.Delete;
        session.send(request, leaving(kind, reply));
      } else if (ends) {
        session.send(request, reply);
      } else {
        refuse(refusal, reply);
      }
    }

    private Admission.Kind kind(TxnRequest request) {
      if (request instanceof TxnRequest.Commit && wrote) {
        return Admission.Kind.COMMIT;
      }
      return begun || request instanceof TxnRequest.Rollback
          ? Admission.Kind.OF_TRANSACTION
          : Admission.Kind.BEGINNING;
    }

    @Override
    public void close() {
      session.close();
    }
  }
}
