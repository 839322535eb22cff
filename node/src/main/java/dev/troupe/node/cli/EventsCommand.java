package dev.troupe.node.cli;

import dev.troupe.v1.Event;
import dev.troupe.v1.ListEventsRequest;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows what has happened in the cluster. */
@Command(
    name = "events",
    description = "Shows what the cluster has done by itself or was told to do, newest first.")
final class EventsCommand extends Verb implements Callable<Integer> {
  private static final List<Column<Event>> EVENT =
      List.of(
          Column.of("at", event -> Instant.ofEpochMilli(event.getAtMillis()).toString()),
          Column.of("kind", Event::getKind),
          Column.of("range", event -> event.getRange() == 0 ? null : event.getRange()),
          Column.of("node", event -> event.getNode() == 0 ? null : event.getNode()),
          Column.of("message", Event::getMessage),
          Column.jsonOnly("details", Event::getDetails),
          Column.jsonOnly("reported_by", Event::getReportedBy));

  @Mixin private ConnectionOptions connection = new ConnectionOptions();
  @Mixin private OutputOptions output = new OutputOptions();

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "100",
      description = "How many at most (default: ${DEFAULT-VALUE}).")
  private int limit = 100;

  @Override
  public Integer call() {
    return connection.with(
        client -> {
          var request = ListEventsRequest.newBuilder().setLimit(limit).build();
          output.show(out(), EVENT, client.admin().listEvents(request).getEventsList());
          return 0;
        });
  }
}
