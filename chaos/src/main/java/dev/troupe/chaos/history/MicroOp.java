package dev.troupe.chaos.history;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One step of an operation. {@code toString} is the form it has in a history:
 *
 * <pre>
 * ["append", key, value]         adds to the end of the list of the key
 * ["w", key, value]              sets the register of the key
 * ["cas", key, [old, new]]       sets it if it holds the old value; an old null means never written
 * ["inc", key, amount]           adds to the counter of the key
 * ["r", key, null]               a read that is not answered yet, or of a key that holds nothing
 * ["r", key, value]              a read of a register or counter
 * ["r", key, [value, ...]]       a read of a list
 * ["transfer", from, to, amount] moves money between accounts
 * ["balances", {account: n, ..}] a read of all accounts; null while it is not answered
 * </pre>
 */
public sealed interface MicroOp {
  /** Adds to the end of a list. */
  record Append(Key key, long value) implements MicroOp {
    @Override
    public String toString() {
      return "append %s %d".formatted(key, value);
    }
  }

  /** Sets a register. */
  record Write(Key key, long value) implements MicroOp {
    @Override
    public String toString() {
      return "w %s %d".formatted(key, value);
    }
  }

  /** Sets a register that holds the old value; an old value of null stands for never written. */
  record CompareAndSet(Key key, @Nullable Long expected, long value) implements MicroOp {
    @Override
    public String toString() {
      return "cas %s %s->%d".formatted(key, expected, value);
    }
  }

  /** Adds to a counter. */
  record Increment(Key key, long amount) implements MicroOp {
    @Override
    public String toString() {
      return "inc %s %d".formatted(key, amount);
    }
  }

  /** A read that returned nothing: not answered yet, or a key that was never written. */
  record ReadNothing(Key key) implements MicroOp {
    @Override
    public String toString() {
      return "r %s null".formatted(key);
    }
  }

  /** A read of a register or a counter. */
  record ReadValue(Key key, long value) implements MicroOp {
    @Override
    public String toString() {
      return "r %s %d".formatted(key, value);
    }
  }

  /** A read of a list. */
  record ReadList(Key key, Values values) implements MicroOp {
    @Override
    public String toString() {
      return "r %s %s".formatted(key, values);
    }
  }

  /** Moves money. Accounts are keys of text: JSON knows no other names in an object. */
  record Transfer(Key from, Key to, long amount) implements MicroOp {
    @Override
    public String toString() {
      return "transfer %s->%s %d".formatted(from, to, amount);
    }
  }

  /** A read of all accounts; null while it is not answered. */
  record Balances(@Nullable Map<Key, Long> accounts) implements MicroOp {
    public Balances {
      accounts = accounts == null ? null : new LinkedHashMap<>(accounts);
    }

    @Override
    public String toString() {
      return "balances " + accounts;
    }
  }

  /** Whether this may be how the asked step was answered: the same, or the same read. */
  default boolean answers(MicroOp asked) {
    return switch (this) {
      case ReadNothing read -> asked instanceof ReadNothing(Key key) && key.equals(read.key());
      case ReadValue read -> asked instanceof ReadNothing(Key key) && key.equals(read.key());
      case ReadList read -> asked instanceof ReadNothing(Key key) && key.equals(read.key());
      case Balances read -> asked instanceof Balances && read.accounts() != null;
      case Append append -> append.equals(asked);
      case Write write -> write.equals(asked);
      case CompareAndSet cas -> cas.equals(asked);
      case Increment increment -> increment.equals(asked);
      case Transfer transfer -> transfer.equals(asked);
    };
  }
}
