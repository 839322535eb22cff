package dev.troupe.sql.plan;

import java.util.ArrayList;
import java.util.List;

/**
 * A step of a plan as EXPLAIN shows it.
 *
 * @param title as PostgreSQL would call it
 * @param details {@code Filter: ...} and the like, name and value
 */
public record PlanLine(String title, List<Detail> details, List<PlanLine> inputs) {
  public PlanLine {
    details = List.copyOf(details);
    inputs = List.copyOf(inputs);
  }

  /** A property of a step. */
  public record Detail(String name, String value) {}

  /** Lines of text, inputs indented below. */
  public List<String> text() {
    List<String> lines = new ArrayList<>();
    lines.add(title);
    append("  ", lines);
    return lines;
  }

  private void append(String indent, List<String> lines) {
    for (Detail detail : details) {
      lines.add(indent + detail.name() + ": " + detail.value());
    }
    for (PlanLine input : inputs) {
      lines.add(indent + "->  " + input.title);
      input.append(indent + "      ", lines);
    }
  }
}
