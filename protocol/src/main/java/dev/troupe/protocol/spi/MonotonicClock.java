package dev.troupe.protocol.spi;

/**
 * Time that never jumps back, for timeouts and leases. Goes on while the process is stopped. Only
 * differences mean something.
 */
@FunctionalInterface
public interface MonotonicClock {
  long nanos();
}
