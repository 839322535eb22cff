package dev.troupe.node.grpc;

import com.google.protobuf.ByteString;
import dev.troupe.protocol.codec.Keyspace;
import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A user's key space inside of the cluster's, with its prefix worked out once.
 *
 * @param name as the user wrote it
 * @param span every key of the namespace
 */
record Namespace(String name, KeySpan span) {
  static final String DEFAULT_NAME = "default";
  private static final Namespace DEFAULT = create(DEFAULT_NAME);

  /** Namespaces are few; beyond this many the cache is only a waste and starts anew. */
  private static final int CACHED_MAX = 1024;

  private static final ConcurrentHashMap<String, Namespace> CACHE = new ConcurrentHashMap<>();

  /**
   * @param name letters, digits and {@code . _ -}; empty stands for {@link #DEFAULT_NAME}
   * @throws TroupeException INVALID_ARGUMENT
   */
  static Namespace of(String name) {
    if (name.isEmpty()) {
      return DEFAULT;
    }
    Namespace known = CACHE.get(name);
    return known != null ? known : remember(name);
  }

  Key key(ByteString userKey) {
    byte[] prefix = span.start().bytes();
    byte[] whole = Arrays.copyOf(prefix, prefix.length + userKey.size());
    userKey.copyTo(whole, prefix.length);
    return Key.wrap(whole);
  }

  /** The user's part of a stored key, without a copy. */
  ByteString userKey(Key stored) {
    int prefix = span.start().length();
    return com.google.protobuf.UnsafeByteOperations.unsafeWrap(
        stored.bytes(), prefix, stored.length() - prefix);
  }

  private static Namespace remember(String name) {
    requireLegal(name);
    if (CACHE.size() >= CACHED_MAX) {
      CACHE.clear();
    }
    return CACHE.computeIfAbsent(name, Namespace::create);
  }

  private static Namespace create(String name) {
    return new Namespace(name, Keyspace.kvNamespace(name));
  }

  private static void requireLegal(String name) {
    if (name.length() > RequestLimits.NAMESPACE_CHARACTERS_MAX) {
      throw new TroupeException(
          ErrorCode.INVALID_ARGUMENT,
          "the namespace has "
              + name.length()
              + " characters; at most "
              + RequestLimits.NAMESPACE_CHARACTERS_MAX
              + " are allowed");
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      boolean digit = c >= '0' && c <= '9';
      if (!letter && !digit && c != '.' && c != '_' && c != '-') {
        throw new TroupeException(
            ErrorCode.INVALID_ARGUMENT,
            "the namespace has the character U+%04X at position %d; letters, digits, '.', '_' and '-' are allowed"
                .formatted((int) c, i));
      }
    }
  }
}
