package dev.troupe.node.sqlshell;

import java.io.PrintWriter;

/** What the user can change about what is shown. One thread. */
public final class ShellSettings {
  private final ResultFormat format;
  private boolean timing;
  private boolean expanded;

  public ShellSettings(ResultFormat format, boolean timing) {
    this.format = format;
    this.timing = timing;
  }

  boolean timing() {
    return timing;
  }

  /** Returns the new setting. */
  boolean toggleTiming() {
    timing = !timing;
    return timing;
  }

  /** Returns the new setting. */
  boolean toggleExpanded() {
    expanded = !expanded;
    return expanded;
  }

  /** Scripts read rows alone: tags would be in their way. */
  boolean showsTags() {
    return format == ResultFormat.TABLE;
  }

  void write(PrintWriter out, Answer.Rows rows) {
    if (expanded && format == ResultFormat.TABLE) {
      AlignedText.writeExpanded(out, rows);
    } else {
      format.write(out, rows);
    }
  }
}
