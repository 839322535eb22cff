package dev.troupe.node.http;

/**
 * A topic of which each node knows its own part only.
 *
 * @param source of this node's part
 */
record LocalTopic(String name, Topic.Source source) {}
