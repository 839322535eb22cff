package dev.troupe.chaos.sim;

import dev.troupe.chaos.check.Fingerprint;
import dev.troupe.protocol.codec.DescriptorCodec;
import dev.troupe.protocol.model.LogEntry;
import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.Membership;
import java.util.Arrays;

/** Registers, the list of commands that led to them, and a checksum over both. */
final class SimStateMachine {
  private LogPosition applied;
  private Membership membership;
  private long[] registers;
  private long[] commands;
  private final long commandsFrom;
  private long lastReplicaCount;
  private long checksum;

  SimStateMachine(StateImage image) {
    applied = image.applied();
    membership = image.membership();
    // Whoever holds the image must not see later changes.
    registers = image.registers().clone();
    commands = image.commands().clone();
    commandsFrom = image.commandsFrom();
    lastReplicaCount = image.lastReplicaCount();
    checksum = image.checksum();
  }

  /** Applies the next entry; answers what the register held before, for a command. */
  long apply(LogEntry entry) {
    long before = 0;
    long id = 0;
    switch (entry.kind()) {
      case NOOP -> {}
      case SPLIT, MERGE ->
          throw new IllegalStateException("a group that is not split has " + entry);
      case COMMAND -> {
        Command command = Command.decode(entry.data());
        id = command.id();
        before = execute(command);
      }
      case MEMBERSHIP -> {
        membership = DescriptorCodec.decodeMembership(entry.data());
        lastReplicaCount = Math.max(lastReplicaCount, ReplicaNumbers.highest(membership));
      }
    }
    applied = new LogPosition(entry.index(), entry.term());
    record(entry.index(), id);
    checksum = Fingerprint.mix(checksum, Fingerprint.of(entry) ^ Long.rotateLeft(before, 7));
    return before;
  }

  private long execute(Command command) {
    long before = valueOf(command.key());
    boolean writes =
        switch (command.kind()) {
          case READ -> false;
          case PUT -> true;
          case CAS -> before == command.expected();
        };
    if (writes) {
      if (command.key() >= registers.length) {
        registers = Arrays.copyOf(registers, command.key() + 1);
      }
      registers[command.key()] = command.id();
    }
    return before;
  }

  private void record(long index, long id) {
    int slot = (int) (index - commandsFrom);
    if (slot >= commands.length) {
      commands = Arrays.copyOf(commands, Math.max(64, commands.length * 2));
    }
    commands[slot] = id;
  }

  long valueOf(int key) {
    return key < registers.length ? registers[key] : 0;
  }

  /** Command applied at an index; 0 when there was none. */
  long commandAt(long index) {
    int slot = (int) (index - commandsFrom);
    return slot >= 0 && slot < commands.length ? commands[slot] : 0;
  }

  LogPosition applied() {
    return applied;
  }

  Membership membership() {
    return membership;
  }

  long checksum() {
    return checksum;
  }

  StateImage image() {
    int used = (int) (applied.index() + 1 - commandsFrom);
    return new StateImage(
        applied,
        membership,
        registers.clone(),
        Arrays.copyOf(commands, used),
        commandsFrom,
        lastReplicaCount,
        checksum);
  }
}
