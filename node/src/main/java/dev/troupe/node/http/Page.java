package dev.troupe.node.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The dashboard's files, served from the jar: nothing is asked of any other server. */
enum Page {
  INDEX("dashboard.html", "text/html; charset=utf-8"),
  SCRIPT("dashboard.js", "text/javascript; charset=utf-8"),
  STYLE("dashboard.css", "text/css; charset=utf-8"),
  ICON("favicon.svg", "image/svg+xml");

  private final String file;
  private final String type;

  Page(String file, String type) {
    this.file = file;
    this.type = type;
  }

  Answer answer() {
    try (InputStream in = Page.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException("not in the jar: " + file);
      }
      return Answer.of(200, type, in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
