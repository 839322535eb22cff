package dev.troupe.node.config;

import java.io.Serial;
import java.util.Objects;

/** The settings are wrong; the message names the key, where it was set, and what would be right. */
public final class ConfigProblem extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  public ConfigProblem(String message) {
    super(message, null, false, false);
  }

  @Override
  public String getMessage() {
    return Objects.requireNonNull(super.getMessage());
  }
}
