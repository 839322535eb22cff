package dev.troupe.node.cli;

import com.google.protobuf.ByteString;
import dev.troupe.node.ExitCode;
import java.util.Base64;
import java.util.HexFormat;

/** Bytes as people type and read them. */
final class KeyText {
  private KeyText() {}

  /** Printable ASCII as it is, everything else as {@code \xNN}; never cut. */
  static String printable(ByteString bytes) {
    StringBuilder text = new StringBuilder(bytes.size() + 8);
    for (int i = 0; i < bytes.size(); i++) {
      int b = bytes.byteAt(i) & 0xFF;
      if (b >= 0x20 && b < 0x7F && b != '\\') {
        text.append((char) b);
      } else {
        text.append("\\x").append(HexFormat.of().toHexDigits((byte) b));
      }
    }
    return text.toString();
  }

  static String base64(ByteString bytes) {
    return Base64.getEncoder().encodeToString(bytes.toByteArray());
  }

  static ByteString parse(String text, boolean base64) {
    if (!base64) {
      return ByteString.copyFromUtf8(text);
    }
    try {
      return ByteString.copyFrom(Base64.getDecoder().decode(text));
    } catch (IllegalArgumentException e) {
      throw new CliFailure(ExitCode.USAGE, "\"" + text + "\" is not base64", "");
    }
  }
}
