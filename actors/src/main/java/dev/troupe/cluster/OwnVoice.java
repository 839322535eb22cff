package dev.troupe.cluster;

import dev.troupe.gateway.DescriptorCache;
import dev.troupe.oracle.LocalOracle;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.spi.SessionSignals;
import dev.troupe.store.PeerDispatch;
import dev.troupe.store.PeerMessage;
import java.util.function.Consumer;

/** What this node answers to others for itself, by the parts that know it. Any thread. */
record OwnVoice(
    StoreDescriber describer,
    ClusterNodes nodes,
    ClockOffsets clocks,
    DescriptorCache descriptors,
    LocalOracle oracle,
    PeerSignals signals,
    LoadSurvey loads,
    PeerQuestions questions)
    implements PeerDispatch.NodeVoice {
  @Override
  public void describe(Consumer<PeerMessage.StoreDescription> described) {
    describer.own(described);
  }

  @Override
  public void summaryOf(NodeId node, PeerMessage.StoreSummary summary) {
    nodes.summary(node, summary);
    clocks.heard(node, summary.wallMillis());
  }

  @Override
  public void standingKnown(PeerMessage.StandingKnown message) {
    nodes.standing(message.node(), Standings.standing(message.standing()));
  }

  @Override
  public void systemRangeFound(RangeDescriptor descriptor) {
    descriptors.learn(descriptor);
  }

  @Override
  public void askLoads(NodeId from, PeerMessage.AskLoads question) {
    loads.onAsk(from, question);
  }

  @Override
  public void signal(SessionSignals.Signal signal) {
    signals.received(signal);
  }

  @Override
  public void askNode(PeerMessage.AskNode question, Consumer<PeerMessage.NodeSaid> answer) {
    questions.received(question, answer);
  }

  @Override
  public void drawTimestamps(
      PeerMessage.DrawTimestamps wish, Consumer<PeerMessage.TimestampsDrawn> answer) {
    oracle.serve(wish, answer);
  }
}
