package dev.troupe.loadgen.client;

/** Where a node listens for gRPC. */
public record Endpoint(String host, int port) {
  private static final int PORT_MAX = 65_535;

  public Endpoint {
    if (host.isBlank() || port < 1 || port > PORT_MAX) {
      throw new IllegalArgumentException("not an address: '" + host + ":" + port + "'");
    }
  }

  /** Reads {@code host}, {@code host:port}, {@code [v6]} or {@code [v6]:port}. */
  public static Endpoint parse(String text, int defaultPort) {
    String trimmed = text.strip();
    int colon = trimmed.lastIndexOf(':');
    boolean bareV6 = colon >= 0 && trimmed.indexOf(':') != colon && !trimmed.startsWith("[");
    if (colon < 0 || bareV6 || trimmed.endsWith("]")) {
      return new Endpoint(unbracketed(trimmed), defaultPort);
    }
    try {
      int port = Integer.parseInt(trimmed.substring(colon + 1));
      return new Endpoint(unbracketed(trimmed.substring(0, colon)), port);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("not a port in '" + text + "'", e);
    }
  }

  private static String unbracketed(String host) {
    return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
  }

  @Override
  public String toString() {
    return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
  }
}
