package dev.troupe.transport;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * The queue in front of a link, bounded by its window. Many threads offer, the link takes. The link
 * is told to flush by whoever puts something into an idle outbox: everything that arrives before
 * the link's thread gets to it leaves in the same envelope.
 */
final class PeerOutbox {
  /** Heap that a queued message takes besides its bytes; bounds the number of empty ones, too. */
  private static final int MESSAGE_OVERHEAD_BYTES = 64;

  private final Queue<Queued> queue = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean flushAsked = new AtomicBoolean();
  private final LinkWindow window;
  private volatile boolean ackDue;

  /** A message with the room it took in the window. */
  record Queued(OutboundMessage message, long admittedBytes) {}

  PeerOutbox(LinkWindow window) {
    this.window = window;
  }

  LinkWindow window() {
    return window;
  }

  boolean offer(OutboundMessage message, ActorRef<PeerLink.Command> link) {
    long bytes = (long) message.sizeHint() + MESSAGE_OVERHEAD_BYTES;
    if (!window.admit(bytes)) {
      if (window.stallElapsed()) {
        link.tell(PeerLink.Reset.RESET);
      }
      return false;
    }
    queue.add(new Queued(message, bytes));
    askFlush(link);
    return true;
  }

  /** The peer should hear soon how far its bytes came, even when there is nothing else to say. */
  void acknowledgeSoon(ActorRef<PeerLink.Command> link) {
    ackDue = true;
    askFlush(link);
  }

  private void askFlush(ActorRef<PeerLink.Command> link) {
    if (!flushAsked.get() && flushAsked.compareAndSet(false, true)) {
      link.tell(PeerLink.Flush.FLUSH);
    }
  }

  /** From here on a new message asks for the next flush. */
  void beginFlush() {
    flushAsked.set(false);
  }

  @Nullable Queued poll() {
    Queued next = queue.poll();
    if (next != null) {
      window.release(next.admittedBytes());
    }
    return next;
  }

  boolean takeAckDue() {
    boolean due = ackDue;
    ackDue = false;
    return due;
  }
}
