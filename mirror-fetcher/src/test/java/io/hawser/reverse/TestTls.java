/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.reverse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.SslConfigs;

/** A key of its own for localhost, which both ends trust. */
final class TestTls {

    private static final String PASSWORD = "store-secret-5417";
    private static final Path STORE = store();

    private TestTls() {}

    static TlsEngines server() {
        return engines();
    }

    static TlsEngines client() {
        return engines();
    }

    private static TlsEngines engines() {
        return new TlsEngines(new ConfigDef()
                .withClientSslSupport()
                .define("ssl.client.auth", ConfigDef.Type.STRING, "required", ConfigDef.Importance.LOW, "")
                .parse(Map.of(
                        SslConfigs.SSL_KEYSTORE_LOCATION_CONFIG,
                        STORE.toString(),
                        SslConfigs.SSL_KEYSTORE_PASSWORD_CONFIG,
                        PASSWORD,
                        SslConfigs.SSL_KEYSTORE_TYPE_CONFIG,
                        "PKCS12",
                        SslConfigs.SSL_TRUSTSTORE_LOCATION_CONFIG,
                        STORE.toString(),
                        SslConfigs.SSL_TRUSTSTORE_PASSWORD_CONFIG,
                        PASSWORD,
                        SslConfigs.SSL_TRUSTSTORE_TYPE_CONFIG,
                        "PKCS12")));
    }

    private static Path store() {
        try {
            Path folder = Files.createTempDirectory("reverse-tls");
            Path file = folder.resolve("store.p12");
            file.toFile().deleteOnExit();
            folder.toFile().deleteOnExit();
            Process keytool = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "keytool")
                                    .toString(),
                            "-genkeypair",
                            "-alias",
                            "test",
                            "-keyalg",
                            "EC",
                            "-dname",
                            "CN=test",
                            "-ext",
                            "san=dns:localhost",
                            "-storetype",
                            "PKCS12",
                            "-keystore",
                            file.toString(),
                            "-storepass",
                            PASSWORD)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!keytool.waitFor(60, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
                throw new IllegalStateException("keytool failed");
            }
            return file;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
