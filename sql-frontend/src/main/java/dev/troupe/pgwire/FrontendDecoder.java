package dev.troupe.pgwire;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes messages of bytes. Pure. */
final class FrontendDecoder {
  private FrontendDecoder() {}

  static boolean isKnown(int type) {
    return "QPBDECHSXdcfF".indexOf(type) >= 0;
  }

  /**
   * @throws SqlException PROTOCOL_VIOLATION when the body is not what the type demands
   */
  static FrontendMessage decode(int type, WireReader body) {
    FrontendMessage message =
        switch (type) {
          case 'Q' -> new FrontendMessage.Query(body.string());
          case 'P' -> parse(body);
          case 'B' -> bind(body);
          case 'D' -> describe(body);
          case 'E' -> new FrontendMessage.Execute(body.string(), body.int32());
          case 'C' -> close(body);
          case 'H' -> new FrontendMessage.Flush();
          case 'S' -> new FrontendMessage.Sync();
          case 'X' -> new FrontendMessage.Terminate();
          case 'd' -> new FrontendMessage.CopyData(body.rest());
          case 'c' -> new FrontendMessage.CopyDone();
          case 'f' -> new FrontendMessage.CopyFail(body.string());
          case 'F' -> {
            body.rest();
            yield new FrontendMessage.FunctionCall();
          }
          default ->
              throw SqlException.of(
                  SqlState.PROTOCOL_VIOLATION, "invalid frontend message type %d", type);
        };
    body.end();
    return message;
  }

  private static FrontendMessage parse(WireReader body) {
    String statement = body.string();
    String sql = body.string();
    int[] types = new int[body.count16(4)];
    for (int i = 0; i < types.length; i++) {
      types[i] = body.int32();
    }
    return new FrontendMessage.Parse(statement, sql, types);
  }

  private static FrontendMessage bind(WireReader body) {
    String portal = body.string();
    String statement = body.string();
    int[] formats = formats(body);
    int count = body.count16(4);
    List<byte @Nullable []> values = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int length = body.int32();
      values.add(length == -1 ? null : body.raw(length));
    }
    return new FrontendMessage.Bind(portal, statement, formats, values, formats(body));
  }

  private static int[] formats(WireReader body) {
    int[] formats = new int[body.count16(2)];
    for (int i = 0; i < formats.length; i++) {
      formats[i] = body.int16();
      if (formats[i] != 0 && formats[i] != 1) {
        throw SqlException.of(
            SqlState.INVALID_PARAMETER_VALUE, "unsupported format code: %d", formats[i]);
      }
    }
    return formats;
  }

  private static FrontendMessage describe(WireReader body) {
    byte kind = body.int8();
    String name = body.string();
    return switch (kind) {
      case 'S' -> new FrontendMessage.DescribeStatement(name);
      case 'P' -> new FrontendMessage.DescribePortal(name);
      default ->
          throw SqlException.of(
              SqlState.PROTOCOL_VIOLATION, "invalid DESCRIBE message subtype %d", kind);
    };
  }

  private static FrontendMessage close(WireReader body) {
    byte kind = body.int8();
    String name = body.string();
    return switch (kind) {
      case 'S' -> new FrontendMessage.CloseStatement(name);
      case 'P' -> new FrontendMessage.ClosePortal(name);
      default ->
          throw SqlException.of(
              SqlState.PROTOCOL_VIOLATION, "invalid CLOSE message subtype %d", kind);
    };
  }
}
