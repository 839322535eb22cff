package dev.troupe.sql.vtable;

import dev.troupe.sql.eval.EvalContext;
import dev.troupe.sql.eval.SessionServices;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;

/** A statement of root's that reads catalogs and asks nothing else. */
final class ReaderContext {
  private ReaderContext() {}

  static EvalContext create() {
    return answering(
        EvalContext.class,
        (proxy, method, arguments) ->
            switch (method.getName()) {
              case "session" -> session();
              case "setting" -> "value of " + arguments[0];
              case "statementMicros" -> 0L;
              default -> throw new UnsupportedOperationException(method.getName());
            });
  }

  private static SessionServices session() {
    return answering(
        SessionServices.class,
        (proxy, method, arguments) -> {
          if (method.getName().equals("currentUser")) {
            return "root";
          }
          throw new UnsupportedOperationException(method.getName());
        });
  }

  private static <T> T answering(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }
}
