package dev.troupe.range;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.model.RangeDescriptor;
import dev.troupe.protocol.spi.KvRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether a range owns everything that a request is about, and not just the key that routes it. */
final class OwnedKeys {
  private OwnedKeys() {}

  /** What is to be answered when a range does not own all of a request's keys; else null. */
  static @Nullable RangeReply refusal(RangeDescriptor range, KvRequest request) {
    if (all(range.span(), request)) {
      return null;
    }
    return range.span().contains(request.routingKey())
        ? new RangeReply.CrossesBorder(range)
        : new RangeReply.NotOwner(range);
  }

  /** A request that asks for more than its routing key must find all of it in one range. */
  static boolean all(KeySpan owned, KvRequest request) {
    return switch (request) {
      case KvRequest.Batch batch -> {
        for (KvRequest.Write write : batch.writes()) {
          if (!owned.contains(write.routingKey())) {
            yield false;
          }
        }
        yield true;
      }
      case KvRequest.CommitOnePhase s ->
          owned.contains(s.anchor()) && spans(owned, s.reads()) && changes(owned, s.changes());
      case KvRequest.Prepare s ->
          spans(owned, s.reads())
              && changes(owned, s.changes())
              && (!s.record() || owned.contains(s.anchor()));
      case KvRequest.Resolve s -> keys(owned, s.keys());
      case KvRequest.GetAll all -> keys(owned, all.keys());
      case KvRequest.LetGo q -> keys(owned, q.keys());
      case KvRequest.Validate q -> spans(owned, q.spans());
      // Their pages end at the border.
      case KvRequest.Scan scan -> true;
      case KvRequest.DeleteRange range -> owned.contains(range.routingKey());
      case KvRequest.RaiseHorizon raise -> owned.contains(raise.from());
      case KvRequest.Get get -> owned.contains(get.key());
      case KvRequest.Put put -> owned.contains(put.key());
      case KvRequest.Delete delete -> owned.contains(delete.key());
      case KvRequest.CompareAndSet compare -> owned.contains(compare.key());
      case KvRequest.Decide s -> owned.contains(s.anchor());
      case KvRequest.Abort s -> owned.contains(s.anchor());
      case KvRequest.Finish s -> owned.contains(s.anchor());
      case KvRequest.AskOutcome q -> owned.contains(q.anchor());
      case KvRequest.HoldKey q -> owned.contains(q.key());
    };
  }

  private static boolean keys(KeySpan owned, List<Key> keys) {
    for (Key key : keys) {
      if (!owned.contains(key)) {
        return false;
      }
    }
    return true;
  }

  private static boolean changes(KeySpan owned, List<KvRequest.Change> changes) {
    for (KvRequest.Change change : changes) {
      if (!owned.contains(change.key())) {
        return false;
      }
    }
    return true;
  }

  private static boolean spans(KeySpan owned, List<KeySpan> spans) {
    for (KeySpan span : spans) {
      if (!owned.contains(span)) {
        return false;
      }
    }
    return true;
  }
}
