package dev.troupe.rocksdb.persistence;

import java.nio.file.Path;

/**
 * A process of its own that writes events, prints each one that was acknowledged, and waits to be
 * killed.
 */
final class CrashingWriter {
  static final int WRITERS = 8;

  private CrashingWriter() {}

  public static void main(String[] arguments) {
    PluginSystem plugin = PluginSystem.start(Path.of(arguments[0]));
    for (int w = 0; w < WRITERS; w++) {
      Journalist journalist = new Journalist(plugin, "w-" + w);
      String name = "w-" + w;
      Thread.ofPlatform().start(() -> write(journalist, name));
    }
  }

  private static void write(Journalist journalist, String name) {
    for (long i = 1; ; i++) {
      journalist.send(journalist.repr(i, Journalist.tagged(name + "/" + i, "crash")));
      journalist.expectWritten(1);
      synchronized (CrashingWriter.class) {
        System.out.println("ACK " + name + " " + i);
        System.out.flush();
      }
    }
  }
}
