package dev.troupe.pgwire;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The first packet of a connection, decoded. */
sealed interface Startup {
  int PROTOCOL_3_0 = 3 << 16;
  int CANCEL = 80877102;
  int SSL = 80877103;
  int GSS = 80877104;

  /** Longer packets are refused, as PostgreSQL does. */
  int PACKET_BYTES_MAX = 10_000;

  record SslRequest() implements Startup {}

  record GssRequest() implements Startup {}

  record CancelRequest(int pid, byte[] secret) implements Startup {}

  /**
   * @param minor of the protocol version that the client speaks; 0 is the newest here
   * @param unknownOptions protocol options that are not known here
   */
  record Session(int minor, Map<String, String> parameters, List<String> unknownOptions)
      implements Startup {}

  static Startup decode(WireReader packet) {
    int code = packet.int32();
    return switch (code) {
      case SSL -> new SslRequest();
      case GSS -> new GssRequest();
      case CANCEL -> new CancelRequest(packet.int32(), packet.rest());
      default -> session(code, packet);
    };
  }

  private static Startup session(int version, WireReader packet) {
    if (version >>> 16 != 3) {
      throw SqlException.of(
          SqlState.FEATURE_NOT_SUPPORTED,
          "unsupported frontend protocol %d.%d: server supports 3.0 to 3.0",
          version >>> 16,
          version & 0xffff);
    }
    var parameters = new LinkedHashMap<String, String>();
    var unknown = new ArrayList<String>();
    while (packet.remaining() > 1) {
      String name = packet.string();
      String value = packet.string();
      if (name.startsWith("_pq_.")) {
        unknown.add(name);
      } else {
        parameters.put(name, value);
      }
    }
    if (packet.remaining() != 1 || packet.int8() != 0) {
      throw new SqlException(
          SqlState.PROTOCOL_VIOLATION,
          "invalid startup packet layout: expected terminator as last byte");
    }
    return new Session(version & 0xffff, parameters, unknown);
  }
}
