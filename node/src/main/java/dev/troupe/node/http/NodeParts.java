package dev.troupe.node.http;

import dev.troupe.node.ClusterDoor;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.spi.ClusterAdmin.NodeStatus;
import dev.troupe.protocol.spi.NodeQuestions;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts together topics of which each node knows a part, and tells other nodes this one's. A node
 * that should answer and does not is an item of its own, with {@code silent} as the reason: what is
 * shown never looks whole when it is not. Any thread.
 */
final class NodeParts {
  private static final Logger LOG = LoggerFactory.getLogger(NodeParts.class);
  private static final Set<NodeStatus.State> HAVE_LEFT =
      EnumSet.of(NodeStatus.State.DEAD, NodeStatus.State.DECOMMISSIONED);
  private static final char FIELD = '\t';

  /** Questions of other nodes that are looked at; more get no answer. */
  static final int ANSWERING_MAX = 32;

  private final ClusterDoor cluster;
  private final NodeQuestions questions;
  private final Map<String, LocalTopic> topics;
  private final Map<String, UnaryOperator<String>> orders;
  private final Executor threads;
  private final Semaphore places = new Semaphore(ANSWERING_MAX);

  /**
   * Answers other nodes from now on.
   *
   * @param orders what nodes do for each other, by name: each takes a text and gives one
   * @param threads where answers are made: they may wait
   */
  NodeParts(
      ClusterDoor cluster,
      NodeQuestions questions,
      List<LocalTopic> topics,
      Map<String, UnaryOperator<String>> orders,
      Executor threads) {
    this.cluster = cluster;
    this.questions = questions;
    this.orders = Map.copyOf(orders);
    this.topics = topics.stream().collect(Collectors.toMap(LocalTopic::name, Function.identity()));
    this.threads = threads;
    questions.answerWith(this::answer);
  }

  private void answer(String question, Consumer<byte @Nullable []> reply) {
    if (!places.tryAcquire()) {
      reply.accept(null);
      return;
    }
    try {
      threads.execute(
          () -> {
            try {
              reply.accept(answer(question));
            } finally {
              places.release();
            }
          });
    } catch (RejectedExecutionException closed) {
      places.release();
      reply.accept(null);
    }
  }

  private byte @Nullable [] answer(String question) {
    int space = question.indexOf(' ');
    try {
      if (space > 0) {
        UnaryOperator<String> order = orders.get(question.substring(0, space));
        String answer = order == null ? null : order.apply(question.substring(space + 1));
        return answer == null ? null : answer.getBytes(StandardCharsets.UTF_8);
      }
      LocalTopic topic = topics.get(question);
      return topic == null ? null : encoded(topic.source().items());
    } catch (RuntimeException e) {
      LOG.warn("could not tell another node of {}", question, e);
      return null;
    }
  }

  /**
   * Has a node, which may be this one, do something.
   *
   * @throws TroupeException when it does not answer: it may have done it
   */
  String order(NodeId node, String name, String text) {
    UnaryOperator<String> own = orders.get(name);
    if (node.equals(questions.self()) && own != null) {
      return own.apply(text);
    }
    byte[] answer = Waits.result(questions.ask(node, name + " " + text));
    return new String(answer, StandardCharsets.UTF_8);
  }

  /**
   * What nodes have answered to an order.
   *
   * @param silent those that should have, and why they did not
   */
  record Told(Map<NodeId, String> answers, Map<NodeId, String> silent) {}

  /** Has all nodes that are up do something, this one first. */
  Told askAll(String name, String text) {
    Map<NodeId, String> answers = new LinkedHashMap<>();
    Map<NodeId, String> silent = new LinkedHashMap<>();
    NodeId self = questions.self();
    UnaryOperator<String> own = orders.get(name);
    Map<NodeId, CompletionStage<byte[]>> asked = askOthers(self, name + " " + text);
    if (self != null && own != null) {
      answers.put(self, own.apply(text));
    }
    asked.forEach(
        (node, answer) -> {
          try {
            answers.put(node, new String(Waits.result(answer), StandardCharsets.UTF_8));
          } catch (TroupeException e) {
            silent.put(node, e.getMessage());
          }
        });
    return new Told(answers, silent);
  }

  private Map<NodeId, CompletionStage<byte[]>> askOthers(@Nullable NodeId self, String question) {
    Map<NodeId, CompletionStage<byte[]>> asked = new LinkedHashMap<>();
    Waits.result(cluster.admin().nodes()).stream()
        .filter(node -> !HAVE_LEFT.contains(node.state()))
        .map(NodeStatus::id)
        .sorted()
        .filter(node -> !node.equals(self))
        .forEach(node -> asked.put(node, questions.ask(node, question)));
    return asked;
  }

  /** A topic's parts of all nodes that are up, in the order of their numbers. */
  List<Topic.Item> gather(String name) {
    Map<NodeId, CompletionStage<byte[]>> asked = askOthers(questions.self(), name);
    List<Topic.Item> items = new ArrayList<>();
    LocalTopic own = topics.get(name);
    if (own != null) {
      items.addAll(own.source().items());
    }
    asked.forEach((node, answer) -> items.addAll(part(node, answer)));
    return items;
  }

  private static List<Topic.Item> part(NodeId node, CompletionStage<byte[]> answer) {
    try {
      return decoded(Waits.result(answer));
    } catch (TroupeException e) {
      String id = "silent-" + node.value();
      return List.of(
          Topic.Item.of(
              id,
              out -> {
                out.writeStringField("id", id);
                out.writeNumberField("node", node.value());
                out.writeStringField("silent", e.getMessage());
              }));
    }
  }

  /** Neither ids nor JSON as it is written here contain tabs or line breaks. */
  static byte[] encoded(List<Topic.Item> items) {
    StringBuilder text = new StringBuilder(256 * items.size());
    for (Topic.Item item : items) {
      text.append(item.id()).append(FIELD).append(item.json()).append('\n');
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  static List<Topic.Item> decoded(byte[] bytes) {
    List<Topic.Item> items = new ArrayList<>();
    decodeInto(new String(bytes, StandardCharsets.UTF_8), items::add);
    return items;
  }

  private static void decodeInto(String text, Consumer<Topic.Item> items) {
    for (String line : text.split("\n")) {
      int tab = line.indexOf(FIELD);
      if (tab > 0) {
        items.accept(new Topic.Item(line.substring(0, tab), line.substring(tab + 1)));
      }
    }
  }
}
