package dev.troupe.node.cli;

import com.google.protobuf.ByteString;
import dev.troupe.node.ExitCode;
import dev.troupe.protocol.model.Key;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A span of keys: by prefix, or by its bounds. */
final class SpanOptions {
  @Option(names = "--from", paramLabel = "KEY", description = "First key (inclusive).")
  private @Nullable String from;

  @Option(names = "--to", paramLabel = "KEY", description = "Where to end (exclusive).")
  private @Nullable String to;

  @Option(names = "--prefix", paramLabel = "PREFIX", description = "All keys that begin so.")
  private @Nullable String prefix;

  boolean given() {
    return from != null || to != null || prefix != null;
  }

  ByteString start(boolean base64) {
    requireOneKind();
    String text = prefix != null ? prefix : from;
    return text == null ? ByteString.EMPTY : KeyText.parse(text, base64);
  }

  /** Empty for the end of the namespace. */
  ByteString end(boolean base64) {
    if (prefix != null) {
      Key end = Key.wrap(KeyText.parse(prefix, base64).toByteArray()).prefixEnd();
      return end.equals(Key.MAX) ? ByteString.EMPTY : ByteString.copyFrom(end.bytes());
    }
    return to == null ? ByteString.EMPTY : KeyText.parse(to, base64);
  }

  private void requireOneKind() {
    if (prefix != null && (from != null || to != null)) {
      throw new CliFailure(ExitCode.USAGE, "--prefix goes without --from and --to", "");
    }
  }
}
