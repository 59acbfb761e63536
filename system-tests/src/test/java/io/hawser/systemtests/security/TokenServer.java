/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.security;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * An OAuth token server for one client (RFC 6749, client credentials), over HTTPS; its tokens are signed with RS256.
 *
 * <p>Thread-safe.
 */
final class TokenServer implements AutoCloseable {

    static final String CLIENT_SECRET = "oauth-secret-3308";

    private static final String CLIENT_ID = "link";
    private static final String KEY_ID = "of-the-test";
    private static final long LIFETIME_S = 3_600;

    private final HttpsServer server;
    private final KeyPair signing;

    private TokenServer(HttpsServer server, KeyPair signing) {
        this.server = server;
        this.signing = signing;
    }

    static TokenServer start(Path keyStore) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2_048);
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls(keyStore)));
        TokenServer tokens = new TokenServer(server, generator.generateKeyPair());
        server.createContext("/token", tokens::answer);
        server.start();
        return tokens;
    }

    String url() {
        return "https://localhost:" + server.getAddress().getPort() + "/token";
    }

    /** What a broker needs in order to check tokens. */
    Path writeKeySet(Path file) throws IOException {
        RSAPublicKey key = (RSAPublicKey) signing.getPublic();
        return Files.writeString(
                file,
                "{\"keys\":[{\"kty\":\"RSA\",\"alg\":\"RS256\",\"use\":\"sig\",\"kid\":\"%s\",\"n\":\"%s\",\"e\":\"%s\"}]}"
                        .formatted(KEY_ID, base64(key.getModulus()), base64(key.getPublicExponent())));
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange;
                InputStream body = exchange.getRequestBody()) {
            String form = new String(body.readAllBytes(), StandardCharsets.UTF_8);
            String expected = "Basic " + Base64.getEncoder().encodeToString(bytes(CLIENT_ID + ":" + CLIENT_SECRET));
            boolean known = expected.equals(exchange.getRequestHeaders().getFirst("Authorization"))
                    && form.contains("grant_type=client_credentials");
            byte[] answer = bytes(
                    known
                            ? "{\"access_token\":\"%s\",\"token_type\":\"Bearer\",\"expires_in\":%d}"
                                    .formatted(token(), LIFETIME_S)
                            : "{\"error\":\"invalid_client\"}");
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(known ? 200 : 401, answer.length);
            exchange.getResponseBody().write(answer);
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private String token() throws GeneralSecurityException {
        long nowS = Instant.now().getEpochSecond();
        String unsigned = base64("{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"" + KEY_ID + "\"}")
                + "."
                + base64("{\"sub\":\"%s\",\"iat\":%d,\"exp\":%d}".formatted(CLIENT_ID, nowS, nowS + LIFETIME_S));
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(signing.getPrivate());
        signature.update(bytes(unsigned));
        return unsigned + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign());
    }

    private static SSLContext tls(Path keyStore) throws Exception {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keyStore)) {
            keys.load(in, KeyStores.PASSWORD.toCharArray());
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, KeyStores.PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes(text));
    }

    /** Without the byte of the sign that a number with the highest bit set gets. */
    private static String base64(BigInteger number) {
        byte[] bytes = number.toByteArray();
        int from = bytes[0] == 0 && bytes.length > 1 ? 1 : 0;
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOfRange(bytes, from, bytes.length));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
