/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.security;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Real keys and self-signed certificates, by the JDK's keytool. Immutable. */
public final class KeyStores {

    public static final String PASSWORD = "store-secret-5417";

    private final Path folder;

    public KeyStores(Path folder) throws IOException {
        this.folder = Files.createDirectories(folder);
    }

    /** A new key with its certificate for this machine, in a PKCS12 file. */
    public Path keyStore(String name) throws Exception {
        Path file = folder.resolve(name + ".p12");
        // A run that failed leaves its own.
        Files.deleteIfExists(file);
        keytool(
                "-genkeypair",
                "-alias",
                name,
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + name,
                "-ext",
                "san=ip:127.0.0.1,dns:localhost",
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                PASSWORD);
        return file;
    }

    /** The certificate of a key, as a PEM file: what others need in order to trust it. */
    public Path certificate(Path keyStore) throws Exception {
        String name = keyStore.getFileName().toString().replace(".p12", "");
        Path file = folder.resolve(name + ".pem");
        keytool(
                "-exportcert",
                "-rfc",
                "-alias",
                name,
                "-keystore",
                keyStore.toString(),
                "-storepass",
                PASSWORD,
                "-file",
                file.toString());
        return file;
    }

    private void keytool(String... arguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments));
        Path output = Files.createTempFile(folder, "keytool", ".out");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IllegalStateException(
                    "keytool " + command.get(1) + ": " + Files.readString(output, StandardCharsets.UTF_8));
        }
    }
}
