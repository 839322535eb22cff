package dev.troupe.sql.session;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a session. Changes belong to the transaction in which they are made: they go with
 * it when it is rolled back, and those of SET LOCAL when it ends. Owned by the session's thread.
 */
final class Settings {
  /** Values at some moment. Its maps are never changed. */
  record Snapshot(Map<String, String> session, Map<String, String> local) {}

  private final Map<String, String> initial = new HashMap<>();
  private Map<String, String> session = Map.of();
  private Map<String, String> local = Map.of();
  private final Map<String, String> reported = new LinkedHashMap<>();
  private ZoneId zone = ZoneId.of("UTC");
  private String zoneName = "UTC";
  private long changes;
  private long reportedChanges = -1;
  private long rememberedChanges = -1;
  private final long[] numbers = new long[Number.values().length];
  private String applicationName = "";

  /**
   * What the client asked for when it connected: the value that RESET returns to.
   *
   * @throws SqlException when it is none that clients may choose
   */
  void given(String name, String value) {
    SettingDefinition definition = SettingCatalog.find(name);
    if (definition != null && definition.fixed()) {
      throw fixed(definition);
    }
    if (!SessionRoles.isIdentity(name) || !mayBe(name, value)) {
      initially(name, value);
    }
  }

  /** What RESET returns to, also of settings that nobody can change. */
  void initially(String name, String value) {
    SettingDefinition definition = SettingCatalog.find(name);
    if (definition == null) {
      throw unknown(name);
    }
    initial.put(definition.key(), checked(definition, value));
    changes++;
  }

  /** Rises with each change: what was computed from settings is good for one. */
  long changes() {
    return changes;
  }

  Snapshot snapshot() {
    return new Snapshot(session, local);
  }

  void restore(Snapshot earlier) {
    session = earlier.session();
    local = earlier.local();
    changes++;
  }

  /** A transaction has ended. */
  void endLocal() {
    if (!local.isEmpty()) {
      local = Map.of();
      changes++;
    }
  }

  void set(String name, String value, boolean onlyLocal) {
    SettingDefinition definition = SettingCatalog.find(name);
    String key = name.toLowerCase(Locale.ROOT);
    if (definition == null && key.indexOf('.') <= 0) {
      throw unknown(name);
    }
    String checked = definition == null ? value : checked(definition, value);
    if (definition != null && definition.fixed()) {
      throw fixed(definition);
    }
    if (onlyLocal) {
      local = with(local, key, checked);
    } else {
      session = with(session, key, checked);
      local = without(local, key);
    }
    changes++;
  }

  /** Sessions begin in the name of the user who opens them. */
  private boolean mayBe(String name, String value) {
    if (value.equals(initial.get("session_authorization"))
        || value.equalsIgnoreCase("none")
        || value.equals("default")) {
      return true;
    }
    throw SqlException.of(
        SqlState.FEATURE_NOT_SUPPORTED,
        "%s cannot be \"%s\" from the beginning: sessions act for the user who opens them first",
        name,
        value);
  }

  private static SqlException fixed(SettingDefinition definition) {
    return SqlException.of(
        SqlState.CANT_CHANGE_RUNTIME_PARAM,
        "parameter \"%s\" cannot be changed",
        definition.name());
  }

  void reset(String name) {
    SettingDefinition definition = SettingCatalog.find(name);
    String key = name.toLowerCase(Locale.ROOT);
    if (definition == null && key.indexOf('.') <= 0) {
      throw unknown(name);
    }
    session = without(session, key);
    local = without(local, key);
    changes++;
  }

  /** All but in whose name the session works. */
  void resetAll() {
    session = identity(session);
    local = identity(local);
    changes++;
  }

  private static Map<String, String> identity(Map<String, String> map) {
    var kept = new HashMap<>(map);
    kept.keySet().removeIf(name -> !SessionRoles.isIdentity(name));
    return kept;
  }

  /** As it is kept; null when there is no such setting. */
  @Nullable String find(String name) {
    String key = name.toLowerCase(Locale.ROOT);
    String value = local.get(key);
    if (value == null) {
      value = session.get(key);
    }
    if (value == null) {
      value = initial.get(key);
    }
    if (value == null) {
      SettingDefinition definition = SettingCatalog.find(key);
      value = definition == null ? null : definition.initial();
    }
    return value;
  }

  /** Of a setting that exists. */
  String get(String name) {
    String value = find(name);
    if (value == null) {
      throw unknown(name);
    }
    return value;
  }

  /** As SHOW shows it. */
  String shown(String name) {
    SettingDefinition definition = SettingCatalog.find(name);
    String value = get(name);
    return definition == null ? value : definition.shown(value);
  }

  boolean isOn(String name) {
    return get(name).equals("on");
  }

  /** Numbers that are asked for with each message. */
  enum Number {
    STATEMENT_TIMEOUT,
    LOCK_TIMEOUT,
    IDLE_SESSION_TIMEOUT,
    IDLE_IN_TRANSACTION_SESSION_TIMEOUT,
    WORK_MEM
  }

  long number(Number which) {
    remember();
    return numbers[which.ordinal()];
  }

  String applicationName() {
    remember();
    return applicationName;
  }

  private void remember() {
    if (rememberedChanges == changes) {
      return;
    }
    for (Number each : Number.values()) {
      numbers[each.ordinal()] = Long.parseLong(get(each.name().toLowerCase(Locale.ROOT)));
    }
    applicationName = get("application_name");
    rememberedChanges = changes;
  }

  ZoneId zone() {
    String name = get("timezone");
    if (!name.equals(zoneName)) {
      zone = Objects.requireNonNull(ZoneSetting.parse(name), "it was checked when it was set");
      zoneName = name;
    }
    return zone;
  }

  /** Tells a client of the values that it watches and does not know yet. */
  void report(ResultSink sink) {
    if (reportedChanges == changes) {
      return;
    }
    reportedChanges = changes;
    for (SettingDefinition definition : SettingCatalog.all()) {
      if (definition.reported()) {
        String value = get(definition.name());
        if (!value.equals(reported.put(definition.name(), value))) {
          sink.parameter(definition.name(), value);
        }
      }
    }
  }

  private String checked(SettingDefinition definition, String value) {
    String normal = definition.normalize(value);
    return switch (definition.key()) {
      case "client_encoding" -> normal.equals("SQL_ASCII") ? normal : "UTF8";
      case "timezone" -> {
        ZoneId named = ZoneSetting.parse(normal);
        if (named == null) {
          throw SqlException.of(
              SqlState.INVALID_PARAMETER_VALUE,
              "invalid value for parameter \"TimeZone\": \"%s\"",
              value);
        }
        yield ZoneSetting.canonical(normal, named);
      }
      case "datestyle" -> DateStyles.merged(get("DateStyle"), normal);
      default -> normal;
    };
  }

  private static SqlException unknown(String name) {
    return SqlException.of(
        SqlState.UNDEFINED_OBJECT, "unrecognized configuration parameter \"%s\"", name);
  }

  private static Map<String, String> with(Map<String, String> map, String key, String value) {
    var changed = new HashMap<>(map);
    changed.put(key, value);
    return changed;
  }

  private static Map<String, String> without(Map<String, String> map, String key) {
    if (!map.containsKey(key)) {
      return map;
    }
    var changed = new HashMap<>(map);
    changed.remove(key);
    return changed;
  }
}
