package dev.troupe.sql.function.system;

import dev.troupe.sql.eval.EvalContext;
import dev.troupe.sql.function.define.Definitions;
import dev.troupe.sql.function.define.Signature;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Functions whose answers are the catalog's; they are only declared here. */
public final class CatalogFunctions {
  private static final List<String> DEFINITIONS =
      List.of(
          "pg_get_expr(text, oid) text stable",
          "pg_get_expr(text, oid, bool) text stable",
          "pg_get_indexdef(oid) text stable",
          "pg_get_indexdef(oid, int4, bool) text stable",
          "pg_get_constraintdef(oid) text stable",
          "pg_get_constraintdef(oid, bool) text stable",
          "pg_get_viewdef(oid) text stable",
          "pg_get_viewdef(oid, bool) text stable",
          "pg_get_viewdef(oid, int4) text stable",
          "pg_get_viewdef(text) text stable",
          "pg_get_viewdef(text, bool) text stable",
          "pg_get_userbyid(oid) name stable",
          "pg_get_serial_sequence(text, text) text stable",
          "pg_get_partkeydef(oid) text stable",
          "pg_get_partition_constraintdef(oid) text stable",
          "pg_get_ruledef(oid) text stable",
          "pg_get_ruledef(oid, bool) text stable",
          "pg_get_triggerdef(oid) text stable",
          "pg_get_triggerdef(oid, bool) text stable",
          "pg_get_functiondef(oid) text stable",
          "pg_get_function_arguments(oid) text stable",
          "pg_get_function_identity_arguments(oid) text stable",
          "pg_get_function_result(oid) text stable",
          "pg_get_function_sqlbody(oid) text stable",
          "pg_get_statisticsobjdef(oid) text stable",
          "pg_get_statisticsobjdef_columns(oid) text stable",
          "pg_sequence_last_value(regclass) int8 volatile",
          "pg_index_column_has_property(regclass, int4, text) bool stable",
          "pg_index_has_property(regclass, text) bool stable",
          "pg_indexam_has_property(oid, text) bool stable",
          "pg_describe_object(oid, oid, int4) text stable",
          "obj_description(oid) text stable",
          "obj_description(oid, name) text stable",
          "col_description(oid, int4) text stable",
          "shobj_description(oid, name) text stable",
          "pg_encoding_to_char(int4) name stable",
          "pg_char_to_encoding(name) int4 stable",
          "pg_client_encoding() name stable",
          "getdatabaseencoding() name stable",
          "pg_tablespace_location(oid) text stable",
          "pg_tablespace_databases(oid) oid stable",
          "pg_relation_filenode(regclass) oid stable",
          "pg_relation_filepath(regclass) text stable",
          "pg_relation_is_publishable(regclass) bool stable",
          "pg_relation_is_updatable(regclass, bool) int4 stable",
          "pg_column_is_updatable(regclass, int2, bool) bool stable",
          "pg_is_other_temp_schema(oid) bool stable",
          "pg_my_temp_schema() oid stable",
          "pg_partition_root(regclass) regclass stable",
          "row_security_active(oid) bool stable",
          "row_security_active(text) bool stable");

  private static final List<String> SIZES =
      List.of(
          "pg_relation_size(regclass) int8 volatile",
          "pg_relation_size(regclass, text) int8 volatile",
          "pg_table_size(regclass) int8 volatile",
          "pg_indexes_size(regclass) int8 volatile",
          "pg_total_relation_size(regclass) int8 volatile",
          "pg_database_size(oid) int8 volatile",
          "pg_database_size(name) int8 volatile",
          "pg_tablespace_size(oid) int8 volatile",
          "pg_tablespace_size(name) int8 volatile");

  private static final List<String> SERVER =
      List.of(
          "pg_is_in_recovery() bool volatile",
          "pg_is_wal_replay_paused() bool volatile",
          "pg_postmaster_start_time() timestamptz stable",
          "pg_conf_load_time() timestamptz stable",
          "pg_reload_conf() bool volatile",
          "pg_cancel_backend(int4) bool volatile",
          "pg_terminate_backend(int4) bool volatile",
          "pg_terminate_backend(int4, int8) bool volatile",
          "pg_blocking_pids(int4) int4[] volatile",
          "pg_notify(text, text) void volatile nullable",
          "pg_notification_queue_usage() float8 volatile",
          "pg_export_snapshot() text volatile",
          "pg_stat_statements_reset() void volatile",
          "pg_trigger_depth() int4 stable",
          "pg_jit_available() bool volatile",
          "current_query() text volatile",
          "inet_server_port() int4 stable",
          "inet_client_port() int4 stable",
          "inet_server_addr() text stable",
          "inet_client_addr() text stable",
          "txid_current() int8 stable",
          "txid_current_if_assigned() int8 stable",
          "txid_status(int8) text volatile");

  private static final List<String> VISIBLE =
      List.of(
          "table",
          "type",
          "function",
          "operator",
          "opclass",
          "opfamily",
          "collation",
          "conversion",
          "statistics_obj",
          "ts_config",
          "ts_dict",
          "ts_parser",
          "ts_template");

  private static final List<String> OWNED =
      List.of(
          "table",
          "schema",
          "database",
          "sequence",
          "function",
          "type",
          "tablespace",
          "language",
          "server",
          "foreign_data_wrapper");

  private static final List<String> REG_TYPES =
      List.of("regclass", "regtype", "regproc", "regnamespace", "regrole");

  private CatalogFunctions() {}

  public static void define(Definitions to) {
    // No table has partitions. Of psql, when it lists who refers to a table.
    to.addTable(
        "pg_partition_ancestors(regclass) setof regclass stable",
        (arguments, context) -> Collections.emptyIterator());
    DEFINITIONS.forEach(signature -> declare(to, signature));
    SIZES.forEach(signature -> declare(to, signature));
    SERVER.forEach(signature -> declare(to, signature));
    for (String kind : VISIBLE) {
      declare(to, "pg_" + kind + "_is_visible(oid) bool stable");
    }
    definePrivileges(to);
    defineLocks(to);
    for (String kind : REG_TYPES) {
      to.addAsking(
          "to_" + kind + "(text) " + kind + " stable",
          (String name, EvalContext c) -> c.session().resolve(kind, name));
    }
  }

  private static void declare(Definitions to, String signature) {
    String name = Signature.parse(signature).name();
    to.addMany(
        signature, (a, context) -> context.session().catalogFunction(name, Arrays.asList(a)));
  }

  /** Each with a user by name, by OID, or the current one, and an object by name or by OID. */
  private static void definePrivileges(Definitions to) {
    List<String> users = List.of("name, ", "oid, ", "");
    for (String user : users) {
      for (String object : List.of("text", "oid")) {
        for (String kind : OWNED) {
          declare(to, "has_%s_privilege(%s%s, text) bool stable".formatted(kind, user, object));
        }
        for (String column : List.of("text", "int2")) {
          declare(
              to,
              "has_column_privilege(%s%s, %s, text) bool stable".formatted(user, object, column));
        }
      }
      declare(to, "has_any_column_privilege(%stext, text) bool stable".formatted(user));
      declare(to, "has_any_column_privilege(%soid, text) bool stable".formatted(user));
      declare(to, "pg_has_role(%sname, text) bool stable".formatted(user));
      declare(to, "pg_has_role(%soid, text) bool stable".formatted(user));
    }
  }

  private static void defineLocks(Definitions to) {
    for (String key : List.of("int8", "int4, int4")) {
      for (String scope : List.of("", "xact_")) {
        for (String mode : List.of("", "_shared")) {
          declare(to, "pg_advisory_%slock%s(%s) void volatile".formatted(scope, mode, key));
          declare(to, "pg_try_advisory_%slock%s(%s) bool volatile".formatted(scope, mode, key));
        }
      }
      declare(to, "pg_advisory_unlock(%s) bool volatile".formatted(key));
      declare(to, "pg_advisory_unlock_shared(%s) bool volatile".formatted(key));
    }
    declare(to, "pg_advisory_unlock_all() void volatile");
  }
}
