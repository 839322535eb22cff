package dev.troupe.loadgen.verify;

import com.google.protobuf.ByteString;
import dev.troupe.loadgen.client.Outcome;
import java.util.Optional;

/**
 * A key with what its owner knows about it.
 *
 * @param run the run that writes it
 * @param index of the key within the run
 */
public record TrackedKey(long run, long index, ByteString key, OwnedKey register) {
  /** Judges what a read by the owner has found. */
  void judge(Outcome.Found found, Findings findings) {
    findings.countCheckedRead();
    ByteString value = found.value();
    long sequence = OwnedKey.ABSENT;
    if (value != null) {
      Optional<SealedValue> sealed = SealedValue.parse(value);
      if (sealed.isEmpty() || sealed.get().run() != run || sealed.get().keyIndex() != index) {
        findings.add(key, new Finding(Finding.Kind.CORRUPT, describe(value, sealed)));
        return;
      }
      sequence = sealed.get().sequence();
    }
    register.observed(sequence, found.version()).ifPresent(finding -> findings.add(key, finding));
  }

  private static String describe(ByteString value, Optional<SealedValue> sealed) {
    return sealed
        .map(other -> "holds the value of another key or run: " + other)
        .orElse(value.size() + " bytes whose checksum does not match");
  }
}
