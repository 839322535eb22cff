package dev.troupe.transport;

import java.util.concurrent.atomic.LongAdder;

/** What the transport of a node has done since it started. Thread-safe. */
public final class TransportCounters {
  final LongAdder envelopesSent = new LongAdder();
  final LongAdder messagesSent = new LongAdder();
  final LongAdder bytesSent = new LongAdder();
  final LongAdder envelopesReceived = new LongAdder();
  final LongAdder messagesReceived = new LongAdder();
  final LongAdder bytesReceived = new LongAdder();
  final LongAdder windowRefusals = new LongAdder();
  final LongAdder windowResets = new LongAdder();
  final LongAdder unconnected = new LongAdder();
  final LongAdder gaps = new LongAdder();
  final LongAdder unsendable = new LongAdder();
  final LongAdder malformed = new LongAdder();
  final LongAdder foreign = new LongAdder();
  final LongAdder oldIncarnations = new LongAdder();
  final LongAdder outdated = new LongAdder();
  final LongAdder handlerFailures = new LongAdder();

  /**
   * The totals at one moment.
   *
   * @param windowRefusals messages dropped because too much was unacknowledged
   * @param windowResets windows given up because no acknowledgement came
   * @param unconnected messages dropped because there was no connection
   * @param gaps times that bytes were found missing between two envelopes
   * @param unsendable messages that could not be encoded or were too large
   * @param malformed envelopes or messages received that could not be read
   * @param foreign envelopes of other clusters or meant for other nodes
   * @param oldIncarnations envelopes of an old copy of a data directory
   * @param outdated envelopes overtaken by later ones
   * @param handlerFailures messages whose handler threw
   */
  public record Snapshot(
      long envelopesSent,
      long messagesSent,
      long bytesSent,
      long envelopesReceived,
      long messagesReceived,
      long bytesReceived,
      long windowRefusals,
      long windowResets,
      long unconnected,
      long gaps,
      long unsendable,
      long malformed,
      long foreign,
      long oldIncarnations,
      long outdated,
      long handlerFailures) {}

  TransportCounters() {}

  public Snapshot snapshot() {
    return new Snapshot(
        envelopesSent.sum(),
        messagesSent.sum(),
        bytesSent.sum(),
        envelopesReceived.sum(),
        messagesReceived.sum(),
        bytesReceived.sum(),
        windowRefusals.sum(),
        windowResets.sum(),
        unconnected.sum(),
        gaps.sum(),
        unsendable.sum(),
        malformed.sum(),
        foreign.sum(),
        oldIncarnations.sum(),
        outdated.sum(),
        handlerFailures.sum());
  }
}
