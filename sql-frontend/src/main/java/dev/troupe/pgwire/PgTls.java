package dev.troupe.pgwire;

import com.ongres.scram.common.util.TlsServerEndpoint;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * Encryption of clients' connections by TLS 1.2 and 1.3: a certificate, its key, and whether
 * clients may do without. Any thread.
 */
public final class PgTls {
  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};
  private static final Set<PosixFilePermission> OWNER =
      Set.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE);

  /** Root gives a key to a service by the service's group: so do mounted secrets. */
  private static final Set<PosixFilePermission> OWNER_AND_READING_GROUP =
      Set.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE,
          PosixFilePermission.GROUP_READ);

  private static final Integer ROOT = 0;
  private static final String KEY_BEGIN = "-----BEGIN PRIVATE KEY-----";
  private static final String KEY_END = "-----END PRIVATE KEY-----";

  private final SSLContext context;
  private final String[] suites;
  private final boolean required;
  private final byte[] binding;

  private PgTls(SSLContext context, boolean required, byte[] binding) {
    this.context = context;
    this.suites =
        Arrays.stream(context.getSupportedSSLParameters().getCipherSuites())
            .filter(PgTls::isStrong)
            .toArray(String[]::new);
    this.required = required;
    this.binding = binding;
  }

  /** Authenticated encryption with keys that a stolen certificate does not give away. */
  private static boolean isStrong(String suite) {
    boolean agreed = !suite.contains("_WITH_") || suite.startsWith("TLS_ECDHE_");
    return agreed && (suite.contains("_GCM_") || suite.contains("_CHACHA20_"));
  }

  /**
   * Reads a certificate and its key.
   *
   * @param certificate PEM: the server's certificate, and those between it and the authority
   * @param key PEM: PKCS #8 without a password, for its owner's eyes alone
   * @param required whether clients that do not encrypt are refused
   * @throws IOException saying which file is wrong, and what would be right
   */
  public static PgTls load(Path certificate, Path key, boolean required) throws IOException {
    requirePrivate(key);
    List<X509Certificate> chain = chain(certificate);
    X509Certificate own = chain.getFirst();
    PrivateKey secret = privateKey(key, own.getPublicKey().getAlgorithm());
    requirePair(own, secret, certificate, key);
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      char[] noPassword = new char[0];
      store.setKeyEntry("server", secret, noPassword, chain.toArray(Certificate[]::new));
      var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, noPassword);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), null, null);
      return new PgTls(context, required, TlsServerEndpoint.getChannelBindingData(own));
    } catch (GeneralSecurityException e) {
      throw new IOException(certificate + " cannot be used for TLS: " + e.getMessage(), e);
    }
  }

  private static void requirePrivate(Path key) throws IOException {
    if (!Files.isReadable(key)) {
      throw new IOException("cannot read the key file " + key.toAbsolutePath());
    }
    PosixFileAttributes file = Files.readAttributes(key, PosixFileAttributes.class);
    boolean roots =
        ROOT.equals(Files.getAttribute(key, "unix:uid"))
            && !file.owner().getName().equals(System.getProperty("user.name"));
    if (!isPrivate(file.permissions(), roots)) {
      throw new IOException(
          "the key file %s can be read by others than its owner: chmod 0600 %s (0640 when it is root's)"
              .formatted(key.toAbsolutePath(), key));
    }
  }

  /**
   * @param roots whether the file is root's, and this process another user's
   */
  static boolean isPrivate(Set<PosixFilePermission> permissions, boolean roots) {
    return (roots ? OWNER_AND_READING_GROUP : OWNER).containsAll(permissions);
  }

  private static List<X509Certificate> chain(Path file) throws IOException {
    if (!Files.isReadable(file)) {
      throw new IOException("cannot read the certificate file " + file.toAbsolutePath());
    }
    try (InputStream in = Files.newInputStream(file)) {
      List<X509Certificate> chain =
          CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
              .map(X509Certificate.class::cast)
              .toList();
      if (!chain.isEmpty()) {
        return chain;
      }
    } catch (CertificateException e) {
      throw new IOException(file + " is no certificate in PEM: " + e.getMessage(), e);
    }
    throw new IOException(file + " has no certificate in it");
  }

  private static PrivateKey privateKey(Path file, String algorithm) throws IOException {
    String text = Files.readString(file);
    int begin = text.indexOf(KEY_BEGIN);
    int end = text.indexOf(KEY_END);
    if (begin < 0 || end < begin) {
      throw new IOException(
          "%s is no PKCS #8 key in PEM without a password: openssl pkcs8 -topk8 -nocrypt makes one"
              .formatted(file));
    }
    try {
      byte[] bytes =
          Base64.getMimeDecoder().decode(text.substring(begin + KEY_BEGIN.length(), end));
      return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(bytes));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IOException(
          "%s is no key for a certificate of kind %s".formatted(file, algorithm), e);
    }
  }

  private static void requirePair(
      X509Certificate certificate, PrivateKey key, Path certificateFile, Path keyFile)
      throws IOException {
    String algorithm =
        switch (key.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> key.getAlgorithm();
        };
    try {
      byte[] sample = {1, 2, 3};
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(sample);
      byte[] signed = signature.sign();
      signature.initVerify(certificate.getPublicKey());
      signature.update(sample);
      if (signature.verify(signed)) {
        return;
      }
    } catch (GeneralSecurityException e) {
      throw new IOException("%s cannot be used: %s".formatted(keyFile, e.getMessage()), e);
    }
    throw new IOException("the key in %s is not that of %s".formatted(keyFile, certificateFile));
  }

  boolean isRequired() {
    return required;
  }

  /** What SCRAM binds passwords to: {@code tls-server-end-point} of RFC 5929. */
  byte[] binding() {
    return binding.clone();
  }

  /**
   * Agrees with a client.
   *
   * @return its socket, over the one it came by
   * @throws IOException when they cannot agree
   */
  SSLSocket accept(Socket client) throws IOException {
    var encrypted = (SSLSocket) context.getSocketFactory().createSocket(client, null, true);
    encrypted.setUseClientMode(false);
    encrypted.setEnabledProtocols(PROTOCOLS);
    encrypted.setEnabledCipherSuites(suites);
    encrypted.startHandshake();
    return encrypted;
  }
}
