package dev.troupe.node.boot;

import dev.troupe.node.config.NodeSettings;
import dev.troupe.node.config.SettingsLoader;
import dev.troupe.node.metrics.Exposition;
import dev.troupe.transport.ClaimedPorts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/** A whole node in this process, a cluster by itself, with everything real. */
public final class RunningNode implements AutoCloseable {
  private final TroupeNode node;
  private final HttpClient http = HttpClient.newHttpClient();

  private RunningNode(TroupeNode node) {
    this.node = node;
  }

  /** Starts it and waits until it serves. */
  public static RunningNode start(Path data, Map<String, Object> more) {
    Map<String, Object> flags = new HashMap<>(more);
    flags.put("troupe.ports.base", 0);
    flags.put("troupe.ports.cluster", ClaimedPorts.next());
    flags.put("troupe.data-dir", data.toString());
    NodeSettings settings = new SettingsLoader(Map.of(), new Properties()).load(flags, null);
    TroupeNode node =
        TroupeNode.open(
            settings,
            () ->
                RocksNodeStore.open(
                    settings,
                    "test",
                    reason -> {
                      throw new AssertionError(reason);
                    }),
            "test",
            true);
    node.firstReady().orTimeout(60, TimeUnit.SECONDS).join();
    return new RunningNode(node);
  }

  public TroupeNode node() {
    return node;
  }

  /** A connection of pgjdbc; options begin with an ampersand. */
  public Connection connect(String options) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:%d/defaultdb?user=root&sslmode=disable%s"
            .formatted(node.sqlPort(), options));
  }

  /** What a path answers. */
  public HttpResponse<String> get(String path, String... headers) {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.httpPort() + path))
            .timeout(Duration.ofSeconds(30));
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    try {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  public Exposition metrics() {
    return Exposition.parse(get("/metrics").body());
  }

  @Override
  public void close() {
    node.close();
    http.close();
  }
}
