package dev.troupe.chaos.history.graph;

/**
 * One dependency between two transactions.
 *
 * @param note what the builder of the graph said about it; {@link DependencyGraph#NO_NOTE} if
 *     nothing
 */
public record Edge(int from, int to, EdgeKind kind, Ground ground, int note) {}
