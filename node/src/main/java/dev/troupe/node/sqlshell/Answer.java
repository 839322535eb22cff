package dev.troupe.node.sqlshell;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the server answers to a statement when nothing is wrong with it. */
sealed interface Answer {
  /** Rows, each with a text or null for every column. */
  record Rows(List<ResultColumn> columns, List<List<@Nullable String>> rows) implements Answer {}

  /** The tag that names what was done, such as {@code INSERT 0 3}. */
  record Done(String tag) implements Answer {}
}
