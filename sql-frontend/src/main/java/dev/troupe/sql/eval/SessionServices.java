package dev.troupe.sql.eval;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What functions such as nextval, current_user or pg_get_expr ask of their session. */
public interface SessionServices {
  String currentUser();

  String sessionUser();

  String currentDatabase();

  /** Names of the schemas that are searched, first ones first; those that exist. */
  List<String> searchPath(boolean withImplicit);

  int backendPid();

  String serverVersion();

  /** Sets a setting as {@code set_config} does and returns its new value. */
  String setConfig(String name, @Nullable String value, boolean local);

  /** The next value of a sequence, given by OID. */
  long nextval(long sequence);

  /** The next value of an identity column's sequence, which needs no privilege of its own. */
  long nextOfIdentity(long sequence);

  long currval(long sequence);

  long lastval();

  long setval(long sequence, long value, boolean called);

  /**
   * OID of what a text names ({@code kind} regclass, regtype, regnamespace, ...); null: nothing.
   */
  @Nullable Long resolve(String kind, String name);

  /** The name by which an OID is shown as its reg type; the number when nothing has it. */
  String nameOf(String kind, long oid);

  /**
   * What the catalog answers to a function of PostgreSQL's system information, for example {@code
   * pg_get_indexdef} or {@code obj_description}; null for NULL.
   */
  @Nullable Object catalogFunction(String name, List<@Nullable Object> arguments);
}
