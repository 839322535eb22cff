package dev.troupe.node.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * The dashboard's files, from the jar: nothing is asked of any other server. Browsers keep them,
 * and ask each time whether they are still the same.
 */
enum Assets {
  ICON("favicon.svg", "image/svg+xml"),
  STYLE("ui/style.css", "text/css; charset=utf-8"),
  THEME("ui/theme.js", Assets.SCRIPT),
  APP("ui/app.js", Assets.SCRIPT),
  DOM("ui/dom.js", Assets.SCRIPT),
  FORMAT("ui/format.js", Assets.SCRIPT),
  LIVE("ui/live.js", Assets.SCRIPT),
  TABLE("ui/table.js", Assets.SCRIPT),
  OVERVIEW("ui/overview.js", Assets.SCRIPT),
  NODES("ui/nodes.js", Assets.SCRIPT),
  EVENTS("ui/events.js", Assets.SCRIPT),
  RANGES("ui/ranges.js", Assets.SCRIPT),
  RANGE_STRIP("ui/rangestrip.js", Assets.SCRIPT),
  RANGE_PANEL("ui/rangepanel.js", Assets.SCRIPT),
  SESSIONS("ui/sessions.js", Assets.SCRIPT),
  STATEMENTS("ui/statements.js", Assets.SCRIPT),
  SETTINGS("ui/settings.js", Assets.SCRIPT),
  JOBS("ui/jobs.js", Assets.SCRIPT),
  CHANGES("ui/changes.js", Assets.SCRIPT),
  CHAOS("ui/chaos.js", Assets.SCRIPT),
  TRANSACTIONS("ui/transactions.js", Assets.SCRIPT),
  TRACES("ui/traces.js", Assets.SCRIPT),
  HEAT("ui/heat.js", Assets.SCRIPT),
  CHARTS("ui/charts.js", Assets.SCRIPT),
  CHART("ui/chart.js", Assets.SCRIPT),
  CHART_LIBRARY("ui/uplot.js", Assets.SCRIPT, Assets.CHART_FOLDER + "uPlot.iife.min.js"),
  CHART_STYLE("ui/uplot.css", "text/css; charset=utf-8", Assets.CHART_FOLDER + "uPlot.min.css");

  /** Of the library's own jar; the version is that of its dependency. */
  private static final String CHART_FOLDER = "/META-INF/resources/webjars/uplot/1.6.30/dist/";

  private static final String SCRIPT = "text/javascript; charset=utf-8";
  private static final Map<String, Assets> BY_PATH =
      Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(Assets::path, each -> each));
  private static final Map<String, Loaded> LOADED = new ConcurrentHashMap<>();

  private record Loaded(byte[] bytes, String tag) {}

  private final String file;
  private final String type;
  private final String resource;

  Assets(String file, String type) {
    this(file, type, file);
  }

  Assets(String file, String type, String resource) {
    this.file = file;
    this.type = type;
    this.resource = resource;
  }

  String path() {
    return "/" + file;
  }

  /** The paths of all files, for the table of routes. */
  static Iterable<String> paths() {
    return BY_PATH.keySet();
  }

  /** A file by its path, which is one of {@link #paths}. */
  static Answer answer(Request request) {
    Assets asset = BY_PATH.get(request.path());
    if (asset == null) {
      throw new IllegalArgumentException("no file at " + request.path());
    }
    return answer(asset.resource, asset.type, request);
  }

  /** The page around everything; which part it shows, its script reads from the path. */
  static Answer shell(Request request) {
    return answer("ui/shell.html", "text/html; charset=utf-8", request);
  }

  private static Answer answer(String resource, String type, Request request) {
    Loaded loaded = LOADED.computeIfAbsent(resource, Assets::load);
    if (request.unlessMatches().equals(loaded.tag())) {
      return Answer.unchanged(loaded.tag());
    }
    return Answer.of(200, type, loaded.bytes())
        .withHeader("Cache-Control", "no-cache")
        .withHeader("ETag", loaded.tag());
  }

  private static Loaded load(String resource) {
    try (InputStream in = Assets.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("not in the jar: " + resource);
      }
      byte[] bytes = in.readAllBytes();
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return new Loaded(bytes, '"' + HexFormat.of().formatHex(digest, 0, 12) + '"');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
