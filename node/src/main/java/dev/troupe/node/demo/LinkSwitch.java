package dev.troupe.node.demo;

import dev.troupe.protocol.model.NodeId;
import dev.troupe.transport.LinkFilter;

/**
 * Cuts this node off from all others when it is told to: messages of ranges and transactions are
 * lost, both ways, while connections stay open, as behind a switch that has lost its way. Built
 * into nodes of a demo alone. Any thread.
 */
public final class LinkSwitch implements LinkFilter {
  private volatile boolean open;

  @Override
  public Verdict judge(Side side, NodeId from, NodeId to) {
    return open ? Verdict.DROP : Verdict.PASS;
  }

  /** From now on everything is lost, or nothing. */
  public void cut(boolean cut) {
    open = cut;
  }

  public boolean isCut() {
    return open;
  }
}
