package dev.troupe.sql.vtable;

import dev.troupe.sql.schema.SchemaJob;
import dev.troupe.sql.schema.SchemaStatements;
import dev.troupe.sql.type.Interval;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Map;
import java.util.TreeSet;

/** Settings, sessions and what else the running system knows. */
final class SystemTables {
  static final Map<String, ProducedTable.Producer> PRODUCERS =
      Map.of(
          "pg_settings", SystemTables::settings,
          "pg_stat_activity", SystemTables::activity,
          "pg_stat_database", SystemTables::databases,
          "pg_stat_statements", SystemTables::statements,
          "pg_stat_statements_info", SystemTables::statementsInfo,
          "pg_stat_progress_create_index", SystemTables::progress,
          "pg_timezone_names", SystemTables::timeZones,
          "pg_available_extensions", SystemTables::extensions);

  /** Seconds from 1970 to 2000, when the times of SQL begin. */
  private static final long EPOCH_SECONDS = 946_684_800;

  private static final long MICROS_PER_SECOND = 1_000_000;

  private SystemTables() {}

  private static void settings(CatalogView view, RowWriter rows) {
    for (SystemState.Setting setting : view.system().settings()) {
      if (rows.wants("name", setting.name())) {
        rows.row()
            .set("name", setting.name())
            .set("setting", view.context().setting(setting.name()))
            .set("category", "Settings")
            .set("short_desc", setting.description())
            .set("context", setting.context())
            .set("vartype", setting.type())
            .set("source", "default")
            .set("boot_val", setting.defaultValue())
            .set("reset_val", setting.defaultValue());
      }
    }
  }

  private static void activity(CatalogView view, RowWriter rows) {
    for (SystemState.Session session : view.system().sessions()) {
      boolean shown = view.catalog().rights().hasRightsOf(session.user());
      rows.row()
          .set("datid", SchemaStatements.DATABASE_ID)
          .set("datname", SchemaStatements.DATABASE)
          .set("pid", session.pid())
          .set("leader_pid", null)
          .set("usesysid", view.roleId(session.user()))
          .set("usename", session.user())
          .set("application_name", session.applicationName())
          .set("client_addr", shown ? session.clientAddress() : null)
          .set("client_port", null)
          .set("backend_start", shown ? session.startMicros() : null)
          .set("xact_start", shown ? session.transactionMicros() : null)
          .set("query_start", shown ? session.queryMicros() : null)
          .set("state_change", shown ? session.queryMicros() : null)
          .set("state", shown ? session.state() : null)
          .set("backend_xid", null)
          .set("backend_xmin", null)
          .set("query", shown ? session.query() : "<insufficient privilege>")
          .set("backend_type", "client backend");
    }
  }

  private static void statements(CatalogView view, RowWriter rows) {
    for (SystemState.Counted counted : view.system().statements()) {
      boolean shown = view.catalog().rights().hasRightsOf(counted.user());
      rows.row()
          .set("userid", view.roleId(counted.user()))
          .set("dbid", SchemaStatements.DATABASE_ID)
          .set("toplevel", true)
          .set("queryid", shown ? counted.id() : null)
          .set("query", shown ? counted.shape() : "<insufficient privilege>")
          .set("calls", counted.calls())
          .set("total_exec_time", counted.totalMillis())
          .set("min_exec_time", counted.minMillis())
          .set("max_exec_time", counted.maxMillis())
          .set("mean_exec_time", counted.meanMillis())
          .set("stddev_exec_time", counted.deviationMillis())
          .set("rows", counted.rows());
    }
  }

  private static void statementsInfo(CatalogView view, RowWriter rows) {
    rows.row().set("dealloc", view.system().statementsForgotten()).set("stats_reset", null);
  }

  private static void databases(CatalogView view, RowWriter rows) {
    rows.row()
        .set("datid", SchemaStatements.DATABASE_ID)
        .set("datname", SchemaStatements.DATABASE)
        .set("numbackends", view.system().sessions().size());
  }

  private static void progress(CatalogView view, RowWriter rows) {
    for (SchemaJob job : view.catalog().jobs()) {
      boolean index = job.kind() == SchemaJob.Kind.INDEX;
      rows.row()
          .set("datid", SchemaStatements.DATABASE_ID)
          .set("datname", SchemaStatements.DATABASE)
          .set("relid", job.table())
          .set("index_relid", index ? job.oid() : 0L)
          .set("command", index ? "CREATE INDEX" : "ADD CONSTRAINT")
          .set("phase", index && !job.filled() ? "building index" : "validating")
          .set("tuples_done", job.rows());
    }
  }

  private static void timeZones(CatalogView view, RowWriter rows) {
    long seconds = view.context().statementMicros() / MICROS_PER_SECOND + EPOCH_SECONDS;
    Instant now = Instant.ofEpochSecond(seconds);
    for (String name : new TreeSet<>(ZoneId.getAvailableZoneIds())) {
      var rules = ZoneId.of(name).getRules();
      Duration offset = Duration.ofSeconds(rules.getOffset(now).getTotalSeconds());
      rows.row()
          .set("name", name)
          .set("abbrev", rules.getOffset(now).getId())
          .set("utc_offset", new Interval(0, 0, offset.toNanos() / 1000))
          .set("is_dst", rules.isDaylightSavings(now));
    }
  }

  private static void extensions(CatalogView view, RowWriter rows) {
    rows.row()
        .set("name", "plpgsql")
        .set("default_version", "1.0")
        .set("installed_version", "1.0")
        .set("comment", "procedural language, for the sake of clients that ask for it");
  }
}
