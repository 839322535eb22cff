package dev.troupe.node.config;

/** A host, maybe an IPv6 address, and a port. */
public record HostPort(String host, int port) {
  private static final int PORT_MAX = 65_535;

  /**
   * Reads {@code host}, {@code host:port}, {@code [v6]} or {@code [v6]:port}.
   *
   * @throws ConfigProblem when it is none of them
   */
  public static HostPort parse(String text, int defaultPort) {
    String trimmed = text.trim();
    int close = trimmed.startsWith("[") ? trimmed.indexOf(']') : -1;
    int colon = trimmed.lastIndexOf(':');
    boolean bareV6 = close < 0 && colon != trimmed.indexOf(':');
    if (trimmed.isEmpty() || bareV6 || (trimmed.startsWith("[") && close < 0)) {
      throw malformed(text);
    }
    if (colon <= close) {
      return new HostPort(unbracket(trimmed), defaultPort);
    }
    String host = unbracket(trimmed.substring(0, colon));
    if (host.isEmpty()) {
      throw malformed(text);
    }
    return new HostPort(host, parsePort(text, trimmed.substring(colon + 1)));
  }

  public static String join(String host, int port) {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }

  @Override
  public String toString() {
    return join(host, port);
  }

  private static int parsePort(String whole, String digits) {
    try {
      int port = Integer.parseInt(digits);
      if (port >= 1 && port <= PORT_MAX) {
        return port;
      }
    } catch (NumberFormatException e) {
      throw malformed(whole);
    }
    throw malformed(whole);
  }

  private static String unbracket(String host) {
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  private static ConfigProblem malformed(String text) {
    return new ConfigProblem(
        "\"" + text + "\" is not an address: write host:port, or [address]:port for IPv6");
  }
}
