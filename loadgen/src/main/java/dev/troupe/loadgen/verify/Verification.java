package dev.troupe.loadgen.verify;

import com.google.protobuf.ByteString;
import dev.troupe.loadgen.client.LoadClient;
import dev.troupe.loadgen.report.VerificationResult;
import dev.troupe.loadgen.run.Script;
import dev.troupe.loadgen.workload.Distribution;
import dev.troupe.loadgen.workload.Keys;
import dev.troupe.loadgen.workload.OperationMix;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A verified run: keys of its own, each with one user as its only writer and reader, who therefore
 * knows what a correct store must answer. {@link #writer} is called while the run starts, {@link
 * #readBack} when it has ended.
 */
public final class Verification {
  private static final int FILLER_SEED = 7;

  /**
   * What a verified run works on.
   *
   * @param users each owns every users-th key
   * @param keys at least as many as users
   * @param valueBytes at least {@link SealedValue#BYTES_MIN}
   */
  public record Scope(int users, long keys, int valueBytes, long seed) {
    public Scope {
      if (keys < users) {
        throw new IllegalArgumentException(
            "verification needs at least one key per user: " + keys + " keys, " + users + " users");
      }
      if (valueBytes < SealedValue.BYTES_MIN) {
        throw new IllegalArgumentException(
            "verification needs values of at least " + SealedValue.BYTES_MIN + " bytes");
      }
    }
  }

  private final Scope scope;
  private final long run;
  private final Keys keys;
  private final @Nullable Ledger ledger;
  private final byte[] filler;
  private final Findings findings = new Findings();
  private final List<VerifiedScript> scripts = new ArrayList<>();

  /**
   * @param run a number that no other run has
   * @param ledger not closed here
   */
  public Verification(Scope scope, long run, @Nullable Ledger ledger) {
    this.scope = scope;
    this.run = run;
    this.ledger = ledger;
    this.keys = new Keys("v/" + Long.toHexString(run) + "/", scope.keys());
    this.filler = new byte[scope.valueBytes()];
    new SplittableRandom(scope.seed() + FILLER_SEED).nextBytes(filler);
  }

  /** The script of one user; asked for once per user. */
  public Script writer(
      int user, OperationMix mix, Distribution distribution, Distribution.Shared shared) {
    SplittableRandom random = new SplittableRandom(scope.seed() + user);
    VerifiedScript script =
        new VerifiedScript(this, user, mix, distribution.chooser(shared, random), random);
    scripts.add(script);
    return script;
  }

  /** Reads everything back that the run has touched; call it when the run has ended. */
  public VerificationResult readBack(LoadClient client, Duration patience)
      throws InterruptedException {
    List<TrackedKey> touched =
        scripts.stream()
            .flatMap(script -> script.keys().stream())
            .filter(key -> key.register().touched())
            .toList();
    return readBack(client, scope.users(), touched, findings, patience);
  }

  /** Reads back what a ledger tells about an earlier run. */
  public static VerificationResult readBack(
      LoadClient client, int users, List<TrackedKey> keys, Duration patience)
      throws InterruptedException {
    return readBack(client, users, keys, new Findings(), patience);
  }

  private static VerificationResult readBack(
      LoadClient client, int users, List<TrackedKey> keys, Findings findings, Duration patience)
      throws InterruptedException {
    new ReadBack(keys, findings).execute(client, users, patience);
    long acknowledged = keys.stream().mapToLong(key -> key.register().acknowledgedWrites()).sum();
    Map<String, Long> counts = new TreeMap<>();
    findings.counts().forEach((kind, count) -> counts.put(kind.name(), count));
    return new VerificationResult(
        acknowledged, keys.size(), findings.checkedReads(), counts, findings.examples());
  }

  Findings findings() {
    return findings;
  }

  Scope scope() {
    return scope;
  }

  Keys keys() {
    return keys;
  }

  TrackedKey track(long index) {
    return new TrackedKey(run, index, keys.key(index), new OwnedKey());
  }

  ByteString seal(TrackedKey key, long sequence) {
    return new SealedValue(run, key.index(), sequence).toBytes(scope.valueBytes(), filler);
  }

  void log(Ledger.Event event, TrackedKey key, long sequence, long version) {
    if (ledger != null) {
      ledger.write(event, key, sequence, version);
    }
  }
}
