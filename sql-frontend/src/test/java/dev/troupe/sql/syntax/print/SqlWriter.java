package dev.troupe.sql.syntax.print;

import dev.troupe.sql.syntax.Identifiers;
import dev.troupe.sql.syntax.ast.Name;
import dev.troupe.sql.syntax.ast.QualifiedName;
import java.util.List;
import java.util.function.Consumer;

/** Text in the making: words, names and lists. */
final class SqlWriter {
  private final StringBuilder text = new StringBuilder();

  SqlWriter add(String part) {
    text.append(part);
    return this;
  }

  SqlWriter addIf(boolean condition, String part) {
    return condition ? add(part) : this;
  }

  SqlWriter name(String name) {
    return add(Identifiers.quote(name));
  }

  SqlWriter name(QualifiedName name) {
    join(name.parts(), ".", this::name);
    return this;
  }

  SqlWriter literal(String value) {
    return add(Identifiers.literal(value));
  }

  /** {@code (a, b)}. */
  SqlWriter names(List<Name> names) {
    add("(");
    list(names, name -> name(name.text()));
    return add(")");
  }

  /** {@code (a, b)} with a blank before; nothing when there are none. */
  SqlWriter namesIfAny(List<Name> names) {
    return names.isEmpty() ? this : add(" ").names(names);
  }

  <T> SqlWriter list(List<T> elements, Consumer<T> printer) {
    return join(elements, ", ", printer);
  }

  <T> SqlWriter join(List<T> elements, String separator, Consumer<T> printer) {
    boolean first = true;
    for (T element : elements) {
      addIf(!first, separator);
      first = false;
      printer.accept(element);
    }
    return this;
  }

  /** The words of a constant's name. */
  SqlWriter words(Enum<?> constant) {
    return add(constant.name().replace('_', ' '));
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
