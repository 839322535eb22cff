package dev.troupe.chaos.planted;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A world of its own with a bug in it: the Raft core, the actors around it, the simulations and
 * their checks are loaded once more, the changed classes among them; everything else is shared.
 */
final class MutantLoader extends ClassLoader {
  private static final String[] OWN_PACKAGES = {
    "dev.troupe.raft.",
    "dev.troupe.range.",
    "dev.troupe.store.",
    "dev.troupe.gateway.",
    "dev.troupe.cluster.",
    "dev.troupe.transport.",
    "dev.troupe.oracle.",
    "dev.troupe.txn.",
    "dev.troupe.follower.",
    "dev.troupe.gc.",
    "dev.troupe.chaos.history.",
    "dev.troupe.chaos.sim.",
    "dev.troupe.chaos.check.",
    "dev.troupe.chaos.nodes."
  };

  private final Map<String, byte[]> changed;

  MutantLoader(ClassLoader parent, Map<String, byte[]> changed) {
    super(parent);
    this.changed = changed;
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      if (loaded == null && isOwn(name)) {
        byte[] bytes = bytesOf(name);
        loaded = defineClass(name, bytes, 0, bytes.length);
      }
      return loaded == null ? super.loadClass(name, resolve) : loaded;
    }
  }

  private static boolean isOwn(String name) {
    for (String prefix : OWN_PACKAGES) {
      if (name.startsWith(prefix)) {
        return true;
      }
    }
    return false;
  }

  private byte[] bytesOf(String name) throws ClassNotFoundException {
    byte @Nullable [] mutant = changed.get(name);
    if (mutant != null) {
      return mutant;
    }
    try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
      if (in == null) {
        throw new ClassNotFoundException(name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new ClassNotFoundException(name, e);
    }
  }
}
