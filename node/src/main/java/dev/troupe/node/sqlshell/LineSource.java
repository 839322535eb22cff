package dev.troupe.node.sqlshell;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Where lines come from: a script, or someone who types. */
@FunctionalInterface
interface LineSource {
  /** The next line without its end; null after the last. */
  @Nullable String next() throws IOException;
}
