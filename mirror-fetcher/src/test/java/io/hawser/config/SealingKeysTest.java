/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SealingKeysTest {

    private static final String SECRET = "hunter2-ÄÖ";
    private static final String PASSWORD = "ssl.key.password";
    private static final String FIRST = key(1);
    private static final String SECOND = key(2);

    @TempDir
    private Path folder;

    @Test
    void opensWhatItHasSealedAndNeverSealsTheSameTwice() throws IOException {
        SealingKeys keys = SealingKeys.read(file("k1=" + FIRST));

        String sealed = keys.seal("east", PASSWORD, SECRET);

        assertThat(sealed).startsWith("${sealed:k1:").doesNotContain("hunter2");
        assertThat(SealingKeys.isSealed(sealed)).isTrue();
        assertThat(keys.unseal("east", PASSWORD, sealed)).isEqualTo(SECRET);
        assertThat(keys.seal("east", PASSWORD, SECRET)).isNotEqualTo(sealed);
        assertThat(SealingKeys.shown(sealed)).isEqualTo("[sealed with key k1]");
        assertThat(SealingKeys.shown("SASL_SSL")).isEqualTo("SASL_SSL");
    }

    @ParameterizedTest
    @CsvSource({"west, ssl.key.password", "east, ssl.keystore.password"})
    void opensForNoOtherLinkOrProperty(String link, String property) throws IOException {
        SealingKeys keys = SealingKeys.read(file("k1=" + FIRST));
        String sealed = keys.seal("east", PASSWORD, SECRET);

        assertThatThrownBy(() -> keys.unseal(link, property, sealed))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(property + " does not open with key 'k1'")
                .satisfies(e -> assertThat(e.getMessage()).hasLineCount(1).doesNotContain(SECRET));
    }

    @Test
    void doesNotOpenWhatWasChanged() throws IOException {
        SealingKeys keys = SealingKeys.read(file("k1=" + FIRST));
        String sealed = keys.seal("east", PASSWORD, SECRET);

        for (int at = "${sealed:k1:".length(); at < sealed.length() - 1; at++) {
            char other = sealed.charAt(at) == 'A' ? 'B' : 'A';
            String changed = sealed.substring(0, at) + other + sealed.substring(at + 1);
            // The last character holds bits that no byte takes; those do not count.
            if (!decoded(changed).equals(decoded(sealed))) {
                assertThatThrownBy(() -> keys.unseal("east", PASSWORD, changed)).isInstanceOf(ConfigException.class);
            }
        }
        for (String torn : List.of("${sealed:k1:AAAA}", "${sealed:k1:A}", "${sealed:k1:AAAAAAAAAAAAAAAA}")) {
            assertThatThrownBy(() -> keys.unseal("east", PASSWORD, torn)).isInstanceOf(ConfigException.class);
        }
    }

    @Test
    void opensWithOldKeysAndSealsWithTheCurrentOne() throws IOException {
        Path file = file("k1=" + FIRST);
        String old = SealingKeys.read(file).seal("east", PASSWORD, SECRET);

        SealingKeys both = SealingKeys.read(file("current=k2\nk1=" + FIRST + "\nk2=" + SECOND));
        String fresh = both.seal("east", PASSWORD, SECRET);

        assertThat(both.unseal("east", PASSWORD, old)).isEqualTo(SECRET);
        assertThat(fresh).startsWith("${sealed:k2:");
        assertThatThrownBy(() -> SealingKeys.read(file("k2=" + SECOND)).unseal("east", PASSWORD, old))
                .hasMessageContaining("is sealed with key 'k1', but")
                .hasMessageContaining("has only [k2]");
        assertThatThrownBy(() -> SealingKeys.read(file("k1=" + SECOND)).unseal("east", PASSWORD, old))
                .hasMessageContaining("does not open with key 'k1'");
    }

    @Test
    void doesNotGuessWhichOfSeveralKeysSeals() throws IOException {
        SealingKeys keys = SealingKeys.read(file("k1=" + FIRST + "\nk2=" + SECOND));

        assertThatThrownBy(() -> keys.seal("east", PASSWORD, SECRET)).hasMessageContaining("add current=<id>");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "k1=short", "k1=not base64 at all", "current=k3\\nk1=KEY", "a b=KEY", "k1=\\\\uZZZZ"})
    void saysWhatIsWrongWithTheFileAndShowsNoKey(String text) throws IOException {
        Path file = file(text.replace("KEY", FIRST).replace("\\n", "\n").replace("\\\\", "\\"));

        assertThatThrownBy(() -> SealingKeys.read(file))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(file.toString())
                .satisfies(
                        e -> assertThat(e.getMessage()).hasLineCount(1).doesNotContain(FIRST, "short", "not base64"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r--r--", "rw-rw----", "rw-----w-"})
    void refusesAFileThatOthersCanReadOrChange(String permissions) throws IOException {
        Path file = file("k1=" + FIRST);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));

        assertThatThrownBy(() -> SealingKeys.read(file))
                .hasMessageContaining(permissions)
                .hasMessageContaining("chmod 600");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r-----"));
        assertThat(SealingKeys.read(file)).isNotNull();
    }

    @Test
    void sealsNoReferenceWithinAText() throws IOException {
        Map<String, String> given =
                Map.of("bootstrap.servers", "east:9092", PASSWORD, "before ${file:/etc/hawser/east.properties:key}");

        assertThat(LinkConfig.sealed("east", given, Optional.of(file("k1=" + FIRST))))
                .isEqualTo(given);
    }

    @Test
    void sealsEachSecretInTheClearAndNothingElse() throws IOException {
        Map<String, String> given = Map.of(
                "bootstrap.servers",
                "east:9092",
                PASSWORD,
                SECRET,
                "ssl.keystore.password",
                "${file:/etc/hawser/east.properties:key}",
                "ssl.truststore.certificates",
                "-----BEGIN CERTIFICATE-----");

        Map<String, String> sealed = LinkConfig.sealed("east", given, Optional.of(file("k1=" + FIRST)));

        assertThat(sealed.get(PASSWORD)).startsWith("${sealed:k1:");
        assertThat(sealed)
                .containsAllEntriesOf(Map.of(
                        "bootstrap.servers", given.get("bootstrap.servers"),
                        "ssl.keystore.password", given.get("ssl.keystore.password"),
                        "ssl.truststore.certificates", given.get("ssl.truststore.certificates")));
        LinkConfig.validate(sealed);
        assertThat(LinkConfig.sealed("east", given, Optional.empty())).isEqualTo(given);
        assertThatThrownBy(() -> LinkConfig.validate(given))
                .hasMessageContaining("ssl.key.password must not hold a secret in the clear")
                .hasMessageContaining("hawser.secret.key.file")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain(SECRET));
    }

    private Path file(String text) throws IOException {
        Path file = folder.resolve("keys.properties");
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.writeString(file, text);
    }

    private static String decoded(String sealed) {
        String text = sealed.substring("${sealed:k1:".length(), sealed.length() - 1);
        return Base64.getEncoder().encodeToString(Base64.getUrlDecoder().decode(text));
    }

    private static String key(int seed) {
        byte[] bytes = new byte[32];
        Arrays.fill(bytes, (byte) seed);
        return Base64.getEncoder().encodeToString(bytes);
    }
}
