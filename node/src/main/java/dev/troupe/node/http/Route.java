package dev.troupe.node.http;

/** What one path answers; runs on a virtual thread and may wait. */
@FunctionalInterface
interface Route {
  Answer answer(Request request);
}
