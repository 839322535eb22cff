package dev.troupe.sql.syntax;

import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** Trees as text without positions, to compare them by. */
final class Shape {
  private Shape() {}

  static String of(Object node) {
    if (node == null) {
      return "-";
    }
    if (node instanceof List<?> list) {
      return list.stream().map(Shape::of).collect(Collectors.joining(", ", "[", "]"));
    }
    if (!(node instanceof Record)) {
      return Objects.toString(node);
    }
    StringBuilder shape = new StringBuilder(node.getClass().getSimpleName()).append('(');
    String separator = "";
    for (RecordComponent component : node.getClass().getRecordComponents()) {
      if (component.getName().equals("position")) {
        continue;
      }
      shape.append(separator).append(of(value(node, component)));
      separator = " ";
    }
    return shape.append(')').toString();
  }

  private static Object value(Object node, RecordComponent component) {
    try {
      return component.getAccessor().invoke(node);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }
}
