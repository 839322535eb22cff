package dev.troupe.sql.session;

import dev.troupe.sql.session.SettingDefinition.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All settings. Many exist for the sake of clients that set them: such a one is kept, shown, and
 * has no effect here; its description says so.
 */
public final class SettingCatalog {
  /** What follows "PostgreSQL" in what clients take for the version. */
  public static final String SERVER_VERSION = "15.0 (Troupe 0.1.0)";

  private static final String NO_EFFECT = "Accepted for compatibility; has no effect.";
  private static final Map<String, SettingDefinition> BY_KEY = new LinkedHashMap<>();

  static {
    for (SettingDefinition definition : definitions()) {
      BY_KEY.put(definition.key(), definition);
    }
  }

  private SettingCatalog() {}

  public static @Nullable SettingDefinition find(String name) {
    return BY_KEY.get(name.toLowerCase(Locale.ROOT));
  }

  /** In alphabetical order. */
  public static List<SettingDefinition> all() {
    return BY_KEY.values().stream().sorted((a, b) -> a.key().compareTo(b.key())).toList();
  }

  private static List<SettingDefinition> definitions() {
    var all = new ArrayList<SettingDefinition>();
    all.addAll(clientSettings());
    all.addAll(limits());
    all.addAll(facts());
    all.addAll(ignored());
    all.addAll(planning());
    return all;
  }

  /** How a client wants to be spoken to. */
  private static List<SettingDefinition> clientSettings() {
    return List.of(
        reported(text("application_name", "", "Name of the program that uses the session.")),
        reported(
            word(
                "client_encoding",
                "UTF8",
                "Encoding of text; always UTF8.",
                List.of("UTF8", "UTF-8", "UNICODE", "SQL_ASCII"))),
        reported(text("DateStyle", "ISO, MDY", "How dates are shown and ambiguous ones are read.")),
        reported(
            word(
                "IntervalStyle",
                "postgres",
                "How intervals are shown.",
                List.of("postgres", "postgres_verbose", "sql_standard", "iso_8601"))),
        reported(text("TimeZone", "UTC", "Zone in which moments are shown and read.")),
        reported(bool("standard_conforming_strings", "on", "Backslashes in '...' are ordinary.")),
        reported(text("session_authorization", "root", "User of the session.")),
        text("role", "none", "Role in whose name statements run."),
        text("search_path", "\"$user\", public", "Schemas in which names are looked for."),
        integer(
            "extra_float_digits", "1", "Digits of floating point numbers beyond the safe ones."),
        word("bytea_output", "hex", "How byte strings are shown.", List.of("hex", "escape")),
        word(
            "client_min_messages",
            "notice",
            "The least important notices that are sent.",
            List.of(
                "debug5", "debug4", "debug3", "debug2", "debug1", "log", "notice", "warning",
                "error")),
        word(
            "synchronous_commit",
            "on",
            "Commits always wait for a majority of the disks.",
            List.of("on", "off", "local", "remote_write", "remote_apply")),
        word(
            "password_encryption",
            "scram-sha-256",
            "How passwords are kept.",
            List.of("scram-sha-256")));
  }

  /** What transactions and statements may do, and for how long. */
  private static List<SettingDefinition> limits() {
    return List.of(
        reported(
            bool(
                "default_transaction_read_only",
                "off",
                "Whether transactions begin as read only.")),
        millis("statement_timeout", "Longest time of a statement; 0: none."),
        millis("lock_timeout", "Longest wait for a lock; 0: none."),
        millis(
            "idle_in_transaction_session_timeout",
            "Longest rest of a session in a transaction; 0: none."),
        millis("idle_session_timeout", "Longest rest of a session outside of one; 0: none."),
        word(
            "default_transaction_isolation",
            "serializable",
            "Isolation of transactions that name none; all levels are served as serializable.",
            List.of("serializable", "repeatable read", "read committed", "read uncommitted")),
        word(
            "transaction_isolation",
            "serializable",
            "Isolation of the transaction.",
            List.of("serializable", "repeatable read", "read committed", "read uncommitted")),
        bool("transaction_read_only", "off", "Whether the transaction may write nothing."),
        kilobytes("work_mem", "65536", "Memory of a statement before it has to use the disk."));
  }

  /** What nobody can change. */
  private static List<SettingDefinition> facts() {
    return List.of(
        fixed(reported(text("server_version", SERVER_VERSION, "Version that clients go by."))),
        fixed(text("server_version_num", "150000", "The same as a number.")),
        fixed(reported(text("server_encoding", "UTF8", "Encoding of stored text."))),
        fixed(reported(bool("integer_datetimes", "on", "Times are integers."))),
        fixed(reported(bool("in_hot_standby", "off", "Whether only reads are served."))),
        fixed(reported(bool("is_superuser", "on", "Whether the user may do everything."))),
        fixed(integer("max_identifier_length", "63", "Bytes of a name.")),
        fixed(integer("max_index_keys", "32", "Columns of an index.")),
        fixed(integer("block_size", "8192", NO_EFFECT)),
        fixed(text("lc_collate", "C", "Order of text: by code points.")),
        fixed(text("lc_ctype", "C", "Classes of characters.")),
        fixed(integer("max_connections", "10000", "Sessions that a node admits.")),
        fixed(text("wal_level", "replica", NO_EFFECT)),
        fixed(bool("ssl", "off", "Whether connections may be encrypted.")),
        fixed(text("data_directory", "", "Not shown.")),
        fixed(integer("segment_size", "131072", NO_EFFECT)));
  }

  /** Settings of other systems that clients set. */
  private static List<SettingDefinition> ignored() {
    return List.of(
        bool("transaction_deferrable", "off", NO_EFFECT),
        bool("default_transaction_deferrable", "off", NO_EFFECT),
        text("lc_messages", "C", NO_EFFECT),
        text("lc_monetary", "C", NO_EFFECT),
        text("lc_numeric", "C", NO_EFFECT),
        text("lc_time", "C", NO_EFFECT),
        bool("row_security", "on", NO_EFFECT),
        bool("check_function_bodies", "on", NO_EFFECT),
        text("default_tablespace", "", NO_EFFECT),
        text("temp_tablespaces", "", NO_EFFECT),
        text("default_table_access_method", "heap", NO_EFFECT),
        word("xmloption", "content", NO_EFFECT, List.of("content", "document")),
        bool("escape_string_warning", "on", NO_EFFECT),
        word("backslash_quote", "safe_encoding", NO_EFFECT, List.of("safe_encoding", "on", "off")),
        bool("array_nulls", "on", NO_EFFECT),
        kilobytes("maintenance_work_mem", "65536", NO_EFFECT),
        millis("log_min_duration_statement", NO_EFFECT),
        word("log_statement", "none", NO_EFFECT, List.of("none", "ddl", "mod", "all")),
        bool("track_activities", "on", NO_EFFECT),
        bool("quote_all_identifiers", "off", NO_EFFECT),
        bool("synchronize_seqscans", "on", NO_EFFECT),
        integer("tcp_keepalives_idle", "0", NO_EFFECT));
  }

  /** The same, about how statements are planned. */
  private static List<SettingDefinition> planning() {
    return List.of(
        bool("jit", "off", NO_EFFECT),
        bool("enable_seqscan", "on", NO_EFFECT),
        bool("enable_indexscan", "on", NO_EFFECT),
        bool("enable_bitmapscan", "on", NO_EFFECT),
        bool("enable_hashjoin", "on", NO_EFFECT),
        bool("enable_mergejoin", "on", NO_EFFECT),
        bool("enable_nestloop", "on", NO_EFFECT),
        bool("enable_sort", "on", NO_EFFECT),
        bool("enable_hashagg", "on", NO_EFFECT),
        integer("max_parallel_workers_per_gather", "0", NO_EFFECT),
        integer("geqo_threshold", "12", NO_EFFECT),
        bool("geqo", "on", NO_EFFECT),
        integer("default_statistics_target", "100", NO_EFFECT),
        real("random_page_cost", "4", NO_EFFECT),
        real("seq_page_cost", "1", NO_EFFECT),
        word("constraint_exclusion", "partition", NO_EFFECT, List.of("partition", "on", "off")),
        word(
            "plan_cache_mode",
            "auto",
            NO_EFFECT,
            List.of("auto", "force_generic_plan", "force_custom_plan")),
        integer("vacuum_cost_delay", "0", NO_EFFECT));
  }

  private static SettingDefinition text(String name, String initial, String description) {
    return new SettingDefinition(
        name, Kind.STRING, initial, description, List.of(), null, false, false);
  }

  private static SettingDefinition bool(String name, String initial, String description) {
    return new SettingDefinition(
        name, Kind.BOOL, initial, description, List.of(), null, false, false);
  }

  private static SettingDefinition integer(String name, String initial, String description) {
    return new SettingDefinition(
        name, Kind.INTEGER, initial, description, List.of(), null, false, false);
  }

  private static SettingDefinition real(String name, String initial, String description) {
    return new SettingDefinition(
        name, Kind.REAL, initial, description, List.of(), null, false, false);
  }

  private static SettingDefinition kilobytes(String name, String initial, String description) {
    return new SettingDefinition(
        name, Kind.INTEGER, initial, description, List.of(), "kB", false, false);
  }

  private static SettingDefinition millis(String name, String description) {
    return new SettingDefinition(
        name, Kind.INTEGER, "0", description, List.of(), "ms", false, false);
  }

  private static SettingDefinition word(
      String name, String initial, String description, List<String> allowed) {
    return new SettingDefinition(
        name, Kind.ENUM, initial, description, allowed, null, false, false);
  }

  private static SettingDefinition reported(SettingDefinition of) {
    return new SettingDefinition(
        of.name(),
        of.kind(),
        of.initial(),
        of.description(),
        of.allowed(),
        of.unit(),
        true,
        of.fixed());
  }

  private static SettingDefinition fixed(SettingDefinition of) {
    return new SettingDefinition(
        of.name(),
        of.kind(),
        of.initial(),
        of.description(),
        of.allowed(),
        of.unit(),
        of.reported(),
        true);
  }
}
