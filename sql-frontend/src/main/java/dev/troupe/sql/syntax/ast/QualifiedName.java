package dev.troupe.sql.syntax.ast;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A name with what stands before its dots, outermost first: {@code schema.table}.
 *
 * @param parts at least one
 */
public record QualifiedName(List<String> parts, int position) {
  public QualifiedName {
    parts = List.copyOf(parts);
  }

  public static QualifiedName of(String name, int position) {
    return new QualifiedName(List.of(name), position);
  }

  /** A name in the schema of built-in things. */
  public static QualifiedName builtIn(String name, int position) {
    return new QualifiedName(List.of("pg_catalog", name), position);
  }

  /** The innermost part. */
  public String last() {
    return parts.getLast();
  }

  /** The part before the last one; null when there is none. */
  public @Nullable String qualifier() {
    return parts.size() < 2 ? null : parts.get(parts.size() - 2);
  }

  @Override
  public String toString() {
    return String.join(".", parts);
  }
}
