package dev.troupe.node.http;

import dev.troupe.node.metrics.MeterSampler;
import dev.troupe.node.sql.SqlActivity;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.spi.NodeQuestions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Everything that pages show and do, in one list each: topics, files, paths of pages, changes. */
final class Dashboard {
  private static final String API = "/api/v1/";
  private static final String CANCEL = "cancel-statement";
  private static final String TRACE = API + "traces/";

  /** What people watch. */
  private static final Duration SECOND = Duration.ofSeconds(1);

  /** Shorter than the time between samples, so that each is shown soon. */
  private static final Duration SAMPLE = Duration.ofSeconds(3);

  /** What does not change while a node runs. */
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private static final List<String> OPEN_PAGES =
      List.of("/", "/nodes", "/ranges", "/charts", "/heat", "/events");

  /** Pages that ask for a password before they show, where one is asked for, by their topics. */
  private static final Map<String, String> PAGES_BY_TOPIC =
      Map.of(
          "sessions", "/sessions",
          "statements", "/statements",
          "transactions", "/transactions",
          "jobs", "/jobs",
          "settings", "/settings",
          "traces", "/traces",
          "chaos", "/chaos");

  private final NodeParts parts;
  private final TraceTopic traces;
  private final TopicBoard board;
  private final Map<String, Route> routes = new HashMap<>();
  private final Map<String, Access> access = new HashMap<>();
  private final Map<String, Change> changes = new HashMap<>();

  Dashboard(
      HttpDoor.Inside inside,
      MeterSampler sampler,
      Supplier<@Nullable SqlActivity> sql,
      Executor threads) {
    NodeQuestions questions = inside.questions();
    MeterTopic meters = new MeterTopic(sampler.history(), questions::self);
    HeatTopic heat = new HeatTopic(sampler.heat(), questions::self);
    TxnTopic transactions = new TxnTopic(inside.transactions(), questions::self);
    SessionTopic sessions = new SessionTopic(sql, questions::self);
    StatementTopic statements = new StatementTopic(sql, questions::self);
    SettingTopic settings = new SettingTopic(inside.settings().config(), questions::self);
    traces = new TraceTopic(inside.traces(), questions::self);
    ClusterApi api = new ClusterApi(inside.cluster());
    parts =
        new NodeParts(
            inside.cluster(),
            questions,
            List.of(
                new LocalTopic("meters", meters::items),
                new LocalTopic("load", meters::newest),
                new LocalTopic("heat", heat::items),
                new LocalTopic("transactions", transactions::items),
                new LocalTopic("sessions", sessions::items),
                new LocalTopic("statements", statements::items),
                new LocalTopic("settings", settings::items),
                new LocalTopic("traces", traces::items)),
            Map.of(
                CANCEL,
                sessions::cancel,
                StatementTopic.RESET,
                statements::reset,
                TraceTopic.PART,
                traces::part),
            threads);
    List<Topic> topics = new ArrayList<>();
    topics.add(new Topic("nodes", SECOND, Access.OPEN, api::nodes));
    topics.add(new Topic("ranges", SECOND, Access.OPEN, api::ranges));
    topics.add(new Topic("events", SECOND, Access.OPEN, api::events));
    topics.add(new Topic("series", MINUTE, Access.OPEN, MeterTopic::series));
    topics.addAll(gatheredTopics());
    topics.add(new Topic("jobs", SECOND, Access.USERS, new JobTopic(sql)::items));
    String control = inside.settings().config().getString("troupe.demo.control");
    topics.add(
        new Topic(
            "about", MINUTE, Access.OPEN, () -> about(questions, inside, !control.isEmpty())));
    if (!control.isEmpty()) {
      ChaosPanel chaos = new ChaosPanel(control, inside.links());
      topics.add(new Topic("chaos", SECOND, Access.USERS, chaos::items));
      changes.put(API + "chaos/act", chaos::act);
      changes.put(API + "chaos/links", chaos::links);
    }
    board = new TopicBoard(topics, inside.clock());
    topics.forEach(this::show);
    routes.put(API + "events", api::events);
    OPEN_PAGES.forEach(page -> routes.put(page, Assets::shell));
    Assets.paths().forEach(path -> routes.put(path, Assets::answer));
    changes.put(API + "sessions/cancel", this::cancel);
    changes.put(API + "statements/reset", wish -> StatementTopic.resetAll(parts));
  }

  /** A topic has a path of its own, and some a page that is only for those who may see it. */
  private void show(Topic topic) {
    String name = topic.name();
    routes.put(API + name, request -> board.answer(name));
    access.put(API + name, topic.access());
    String page = PAGES_BY_TOPIC.get(name);
    if (page != null) {
      routes.put(page, Assets::shell);
      access.put(page, topic.access());
    }
  }

  /** Whose pages these are. */
  private static List<Topic.Item> about(
      NodeQuestions questions, HttpDoor.Inside inside, boolean demo) {
    NodeId self = questions.self();
    return List.of(
        Topic.Item.of(
            "about",
            out -> {
              out.writeStringField("id", "about");
              out.writeNumberField("node", self == null ? 0 : self.value());
              out.writeStringField("http_address", inside.settings().httpAddress());
              out.writeBooleanField("demo", demo);
              out.writeBooleanField("tracing", inside.settings().tracing().enabled());
            }));
  }

  /** Those of which each node knows its own part. */
  private List<Topic> gatheredTopics() {
    return List.of(
        gathered("meters", SAMPLE, Access.OPEN),
        gathered("load", SAMPLE, Access.OPEN),
        gathered("heat", SAMPLE, Access.OPEN),
        gathered("transactions", SECOND, Access.SUPERUSERS),
        gathered("sessions", SECOND, Access.SUPERUSERS),
        gathered("statements", SAMPLE, Access.SUPERUSERS),
        gathered("settings", MINUTE, Access.USERS),
        gathered("traces", SECOND, Access.SUPERUSERS));
  }

  private Topic gathered(String name, Duration period, Access access) {
    return new Topic(name, period, access, () -> parts.gather(name));
  }

  TopicBoard board() {
    return board;
  }

  @Nullable Route route(String path) {
    if (path.startsWith(TRACE)) {
      return request -> traces.tree(path.substring(TRACE.length()), parts);
    }
    return routes.get(path);
  }

  @Nullable Change change(String path) {
    return changes.get(path);
  }

  /** Who may read what is at a path. */
  Access access(String path) {
    return path.startsWith(TRACE) ? Access.SUPERUSERS : access.getOrDefault(path, Access.OPEN);
  }

  /** Ends the statement that a session runs: {@code node} and {@code pid} as in the topic. */
  private Answer cancel(Map<String, String> wish) {
    NodeId node = node(wish);
    String pid = wish.getOrDefault("pid", "");
    if (!pid.matches("[0-9]{1,10}")) {
      throw new TroupeException(ErrorCode.INVALID_ARGUMENT, "pid is the number of a session");
    }
    String cancelled = parts.order(node, CANCEL, pid);
    return cancelled.equals("yes")
        ? Answer.json(200, out -> out.writeBooleanField("cancelled", true))
        : Answer.error(404, "NOT_FOUND", "there is no session " + pid + " at " + node);
  }

  private static NodeId node(Map<String, String> wish) {
    String node = wish.getOrDefault("node", "");
    if (!node.matches("[1-9][0-9]{0,8}")) {
      throw new TroupeException(ErrorCode.INVALID_ARGUMENT, "node is the number of a node");
    }
    return new NodeId(Integer.parseInt(node));
  }
}
