package dev.troupe.load;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;

/**
 * How much of the processors of this machine, or of this container, has been in use since it was
 * looked last, by whomever: nodes that share a machine are as busy as each other. Any thread; reads
 * a file or two of the kernel's.
 */
public final class ProcessorLoad {
  private final @Nullable OperatingSystemMXBean system =
      ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean bean
          ? bean
          : null;

  /** Between 0 and 1; null when that is not known. */
  public @Nullable Double look() {
    double load = system == null ? -1 : system.getCpuLoad();
    return load >= 0 && load <= 1 ? Double.valueOf(load) : null;
  }
}
