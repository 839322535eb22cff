package dev.troupe.loadgen.txn;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a workload, dealt out over four parts of the key space, {@code a/} to {@code d/}: who
 * splits at {@code b}, {@code c} and {@code d} gets transactions over several ranges. Values are
 * text.
 */
final class TxnKeys {
  static final int PARTS = 4;

  private final String middle;

  /**
   * @param run keeps runs apart that must not see each other's keys
   */
  TxnKeys(String workload, String run) {
    this.middle = "/" + workload + "/" + run + "/";
  }

  byte[] key(long index) {
    return utf8(String.format(Locale.ROOT, "%s%012d", partPrefix((int) (index % PARTS)), index));
  }

  /** What the keys of one part begin with. */
  byte[] prefix(int part) {
    return utf8(partPrefix(part));
  }

  /** The index in a key of this object. */
  static long index(byte[] key) {
    String text = new String(key, UTF_8);
    return Long.parseLong(text.substring(text.lastIndexOf('/') + 1));
  }

  private String partPrefix(int part) {
    return (char) ('a' + part) + middle;
  }

  static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }

  static byte[] number(long value) {
    return utf8(Long.toString(value));
  }

  static @Nullable Long number(byte @Nullable [] value) {
    return value == null ? null : Long.valueOf(new String(value, UTF_8));
  }

  static long numberOr(byte @Nullable [] value, long missing) {
    Long number = number(value);
    return number == null ? missing : number;
  }
}
