package dev.troupe.raft;

import dev.troupe.protocol.model.HardState;
import dev.troupe.protocol.model.LogEntry;
import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.Membership;
import java.util.List;

/**
 * What a replica knows when it starts.
 *
 * @param hardState as stored
 * @param logStart position after which the stored log begins
 * @param applied position of the last entry in the state machine; at or above {@code logStart}
 * @param membership as of {@code applied}
 * @param tail all stored entries above {@code applied}, in order
 * @param restarted whether this replica may have voted or acknowledged before: then it must not
 *     vote for one election timeout, because it forgot which leader it last heard
 */
public record RaftBootState(
    HardState hardState,
    LogPosition logStart,
    LogPosition applied,
    Membership membership,
    List<LogEntry> tail,
    boolean restarted) {}
