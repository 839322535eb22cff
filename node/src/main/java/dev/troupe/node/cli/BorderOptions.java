package dev.troupe.node.cli;

import com.google.protobuf.ByteString;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a key on the command line names a border between ranges. */
final class BorderOptions {
  @Option(
      names = {"--namespace", "-n"},
      paramLabel = "NAME",
      defaultValue = "${env:TROUPE_NAMESPACE:-default}",
      description = "Namespace of the key (default: ${DEFAULT-VALUE}).")
  private String namespace = "default";

  @Option(
      names = "--raw",
      description = "The key is one of the whole key space, as the listing of ranges has it.")
  private boolean raw;

  @Option(names = "--base64", description = "The key on the command line is in base64.")
  private boolean base64;

  /** The bytes of the key. */
  ByteString key(String text) {
    return KeyText.parse(text, base64);
  }

  /** Whose key it is; null for one of the whole key space. */
  @Nullable String namespace() {
    return raw ? null : namespace;
  }
}
