// SPDX-License-Identifier: Apache-2.0
package io.harvester.http.server;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.X509KeyManager;

/**
 * Checks that a private key belongs to a certificate: signs with the one, verifies with the other.
 */
final class KeyPairCheck {
  private static final byte[] MESSAGE = {1, 2, 3, 4};
  private static final String[] KEY_TYPES = {"RSA", "EC", "EdDSA", "Ed25519"};

  private KeyPairCheck() {}

  /**
   * Checks the first pair.
   *
   * @return when the certificate expires
   * @throws GeneralSecurityException if key and certificate do not belong together
   */
  static Instant expiry(KeyManagerFactory factory) throws GeneralSecurityException {
    X509KeyManager keys = (X509KeyManager) factory.getKeyManagers()[0];
    for (String type : KEY_TYPES) {
      String[] aliases = keys.getServerAliases(type, null);
      if (aliases != null && aliases.length > 0) {
        X509Certificate certificate = keys.getCertificateChain(aliases[0])[0];
        check(keys.getPrivateKey(aliases[0]), certificate);
        return certificate.getNotAfter().toInstant();
      }
    }
    throw new InvalidKeyException("the key is neither RSA nor EC nor Ed25519");
  }

  private static void check(PrivateKey key, X509Certificate certificate)
      throws GeneralSecurityException {
    String algorithm =
        switch (key.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> "EdDSA";
        };
    Signature signer = Signature.getInstance(algorithm);
    signer.initSign(key);
    signer.update(MESSAGE);
    byte[] signature = signer.sign();
    Signature verifier = Signature.getInstance(algorithm);
    verifier.initVerify(certificate.getPublicKey());
    verifier.update(MESSAGE);
    if (!verifier.verify(signature)) {
      throw new InvalidKeyException("key and certificate do not belong together");
    }
  }
}
