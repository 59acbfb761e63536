/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever may create links must not be able to do with a broker what they like. */
class ConnectionRulesTest {

    private static final String SCRAM = "org.apache.kafka.common.security.scram.ScramLoginModule required";
    private static final String OAUTH = "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required";
    private static final String KERBEROS = "com.sun.security.auth.module.Krb5LoginModule required";
    private static final String ALLOWED_URLS = "org.apache.kafka.sasl.oauthbearer.allowed.urls";
    private static final String TOKENS = "https://idp.example/token";

    @TempDir
    private Path folder;

    private SecretReferences references = new SecretReferences(List.of(), null);

    @BeforeEach
    void allowOneFolder() {
        references = new SecretReferences(List.of(folder.toString()), null);
    }

    @AfterEach
    void allowNoUrl() {
        System.clearProperty(ALLOWED_URLS);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ssl.engine.factory.class | com.example.Factory | only classes of org.apache.kafka.common.security.*",
                "sasl.login.callback.handler.class | com.example.Handler | only classes of",
                "sasl.client.callback.handler.class | com.example.Handler | only classes of",
                "sasl.login.class | com.example.Login | only classes of",
                "sasl.oauthbearer.jwt.retriever.class | com.example.Retriever | only classes of",
                "sasl.oauthbearer.jwt.validator.class | com.example.Validator | only classes of",
                "sasl.kerberos.kinit.cmd | /tmp/evil | may run no command on a broker",
                "sasl.oauthbearer.token.endpoint.url | file:///etc/shadow | https:// and http:// addresses only",
                "sasl.oauthbearer.token.endpoint.url | FILE:/etc/shadow | https:// and http:// addresses only",
                "sasl.oauthbearer.jwks.endpoint.url | file:/etc/shadow | https:// and http:// addresses only",
                "ssl.truststore.location | ${file:/etc/hawser/x:y} | must not refer to a secret",
                "security.protocol | SASL_SSL | sasl.jaas.config is missing",
                "security.protocol | ' SASL_PLAINTEXT' | sasl.jaas.config is missing",
                "interceptor.classes | com.example.I | unknown property",
                "metric.reporters | com.example.M | unknown property",
                "config.providers | x | unknown property",
                "config.providers.x.class | com.example.P | unknown property",
                "security.providers | com.example.S | unknown property",
                "sasl.jaas.config | ${env:HOME} | must not hold a secret in the clear",
                "sasl.jaas.config | ${file:/etc/a:b} and more | must not hold a secret in the clear"
            })
    void refusesBeforeAnythingIsSent(String property, String value, String words) {
        assertThatThrownBy(() -> LinkConfig.validate(Map.of("bootstrap.servers", "east:9092", property, value)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(property.equals("security.protocol") ? "sasl.jaas.config" : property)
                .hasMessageContaining(words)
                .satisfies(e -> assertThat(e.getMessage()).hasLineCount(1));
    }

    @Test
    void refersNowhereForWhatIsShown() {
        assertThatThrownBy(() -> LinkConfig.validate(Map.of("bootstrap.servers", "${file:/etc/hawser/x:password}")))
                .hasMessageContaining("bootstrap.servers is shown to everybody");
    }

    @ParameterizedTest
    @CsvSource({
        "com.sun.security.auth.module.JndiLoginModule",
        "com.sun.security.auth.module.LdapLoginModule",
        "com.sun.security.auth.module.KeyStoreLoginModule",
        "com.example.EvilLoginModule"
    })
    void refusesAForeignLoginModule(String module) throws IOException {
        assertThatThrownBy(() -> resolved("SCRAM-SHA-512", module + " required a=\"b\";"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("links may not use the login module " + module)
                .hasMessageContaining("ScramLoginModule");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                OAUTH + " config.providers=\"x\" config.providers.x.class=\"com.example.Evil\";",
                OAUTH + " ssl.engine.factory.class=\"com.example.Evil\";",
                SCRAM + " username=\"u\" password=\"p\" debug=\"true\";",
                KERBEROS + " useKeyTab=\"true\" keyTab=\"FOLDER/k\" tryFirstPass=\"true\";"
            })
    void refusesAnOptionThatAModuleNeedNotHave(String jaas) throws IOException {
        assertThatThrownBy(() -> resolved("GSSAPI", jaas))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("has an option that links may not give to");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                OAUTH + " ssl.truststore.location=\"/etc/passwd\";",
                OAUTH + " ssl.keystore.location=\"FOLDER/../keys.p12\";",
                KERBEROS + " useKeyTab=\"true\" keyTab=\"FOLDER/../k\";",
                KERBEROS + " useKeyTab=\"true\" keyTab=\"/etc/krb5.keytab\";",
                KERBEROS + " useTicketCache=\"true\" ticketCache=\"FILE:/tmp/krb5cc_0\";"
            })
    void readsNoFileOutsideTheAllowedFoldersForALoginModule(String jaas) throws IOException {
        assertThatThrownBy(() -> resolved("GSSAPI", jaas))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("links may read no file but those under");
    }

    @Test
    void looksForNoTicketsByAModuleThatHasNone() {
        assertThatThrownBy(() -> resolved("GSSAPI", SCRAM + " username=\"u\" password=\"p\";"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("does not go with sasl.mechanism=GSSAPI");
    }

    /** Controllers take what brokers would refuse. */
    @Test
    void showsNoSecretThatSomebodyHasPutInTheClear() {
        assertThat(LinkConfig.shown(Map.of(
                        "sasl.jaas.config", SCRAM + " username=\"u\" password=\"hunter2\";",
                        "ssl.key.password", "${file:/etc/hawser/link.properties:key}",
                        "bootstrap.servers", "kafka-1.east:9092")))
                .containsEntry("sasl.jaas.config", "[hidden]")
                .containsEntry("ssl.key.password", "${file:/etc/hawser/link.properties:key}")
                .containsEntry("bootstrap.servers", "kafka-1.east:9092");
    }

    /** Else a link could refer to the keys as to any file. */
    @Test
    void findsTheKeyFileBehindALink() throws IOException {
        Path keys = Files.createDirectory(folder.resolve("keys"));
        Path keyFile = Files.writeString(keys.resolve("k.properties"), "k1=x");
        Path allowed = Files.createDirectory(folder.resolve("allowed"));
        Files.createSymbolicLink(allowed.resolve("there"), keys);
        Path byLink = Files.createSymbolicLink(folder.resolve("by-link"), allowed);

        assertThatThrownBy(() -> new SecretReferences(List.of(byLink + "/there"), keyFile))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("must not lie under");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                " useTicketCache=\"true\";",
                " useTicketCache=\"true\" ticketCache=\"\";",
                " useKeyTab=\"true\" useTicketCache=\"true\" keyTab=\"FOLDER/k\";",
                " useTicketCache=\"true\" useKeyTab=\"true\" ticketCache=\"FOLDER/t\";"
            })
    void doesNotLogInAsTheUserOfTheBroker(String options) throws IOException {
        assertThatThrownBy(() -> resolved("GSSAPI", KERBEROS + options))
                .hasMessageContaining("would log in as the broker");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                SCRAM + " username=\"u\" password=\"p\" tokenauth=\"true\";",
                OAUTH + " clientId=\"c\" clientSecret=\"s\" scope=\"x\" extension_tenant=\"t\""
                        + " ssl.truststore.location=\"FOLDER/ca.pem\" ssl.truststore.type=\"PEM\";",
                OAUTH + " unsecuredLoginStringClaim_sub=\"link\";",
                KERBEROS + " useKeyTab=true keyTab=\"FOLDER/link.keytab\" principal=\"link@EXAMPLE\";",
                KERBEROS + " useTicketCache=true ticketCache=\"FILE:FOLDER/cache\";"
            })
    void leavesOrdinaryLoginsAlone(String jaas) {
        String mechanism = jaas.startsWith(KERBEROS) ? "GSSAPI" : jaas.startsWith(OAUTH) ? "OAUTHBEARER" : "PLAIN";

        assertThatCode(() -> resolved(mechanism, jaas)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"hunter2", "hunter2 hunter2=", "hunter2 required hunter2;", "a required b=c; d required;"})
    void showsNothingOfWhatIsNoLogin(String secret) throws IOException {
        assertThatThrownBy(() -> resolved("PLAIN", secret))
                .isInstanceOf(ConfigException.class)
                .satisfies(e -> assertThat(e.getMessage())
                        .contains("sasl.jaas.config")
                        .doesNotContain("hunter2=", "hunter2;")
                        .hasLineCount(1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ssl.truststore.location",
                "ssl.keystore.location",
                "sasl.oauthbearer.assertion.file",
                "sasl.oauthbearer.assertion.private.key.file",
                "sasl.oauthbearer.assertion.template.file"
            })
    void readsNoFileOutsideTheAllowedFolders(String property) {
        Map<String, String> configs = new HashMap<>(Map.of("bootstrap.servers", "east:9092"));
        for (String outside : List.of("/etc/shadow", folder + "/../shadow", "shadow", folder + "2/x", "\0")) {
            configs.put(property, outside);
            assertThatThrownBy(() -> LinkConfig.resolved("east", configs, references))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining(property)
                    .hasMessageContaining("hawser.config.allowed.paths");
        }
        configs.put(property, folder.resolve("inside").toString());
        assertThat(LinkConfig.resolved("east", configs, references).getString(property))
                .isEqualTo(folder.resolve("inside").toString());
    }

    @Test
    void asksOnlyAddressesThatTheBrokersOperatorAllows() {
        Map<String, String> configs =
                Map.of("bootstrap.servers", "east:9092", "sasl.oauthbearer.token.endpoint.url", TOKENS);

        assertThatThrownBy(() -> LinkConfig.resolved("east", configs, references))
                .hasMessageContaining("the brokers do not allow " + TOKENS)
                .hasMessageContaining(ALLOWED_URLS);
        System.setProperty(ALLOWED_URLS, "https://other.example/, " + TOKENS);
        assertThatCode(() -> LinkConfig.resolved("east", configs, references)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/etc/shadow", "FOLDER/../shadow", "/proc/self/environ"})
    void refersToNoFileOutsideTheAllowedFolders(String file) {
        String path = file.replace("FOLDER", folder.toString());
        for (String reference : List.of(
                "${file:" + path + ":root}", "${directory:" + Path.of(path).getParent() + ":shadow}")) {
            Map<String, String> configs = Map.of("bootstrap.servers", "east:9092", "ssl.key.password", reference);
            assertThatThrownBy(() -> LinkConfig.resolved("east", configs, references))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("ssl.key.password: nothing found where its reference points to");
        }
    }

    @Test
    void keepsTheSealingKeysFromLinks() {
        assertThatThrownBy(() -> new SecretReferences(List.of(folder.toString()), folder.resolve("keys")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("hawser.secret.key.file")
                .hasMessageContaining("must not lie under");
    }

    @Test
    void opensSealedSecretsOnlyWithAKeyFile() {
        Map<String, String> configs = Map.of("bootstrap.servers", "east:9092", "ssl.key.password", "${sealed:k1:AAAA}");

        assertThatThrownBy(() -> LinkConfig.resolved("east", configs, references))
                .hasMessageContaining("ssl.key.password is sealed, but this broker has no key")
                .hasMessageContaining("hawser.secret.key.file");
    }

    @Test
    void printsNoSecret() throws IOException {
        LinkConfig config = resolved("SCRAM-SHA-512", SCRAM + " username=\"u\" password=\"hunter2\";");

        assertThat(config.getPassword("sasl.jaas.config").value()).contains("hunter2");
        assertThat(config.values() + " " + config.nonInternalValues()).doesNotContain("hunter2");
    }

    private LinkConfig resolved(String mechanism, String jaas) throws IOException {
        Files.writeString(folder.resolve("jaas"), jaas.replace("FOLDER", folder.toString()));
        return LinkConfig.resolved(
                "east",
                Map.of(
                        "bootstrap.servers",
                        "east:9092",
                        "security.protocol",
                        "SASL_SSL",
                        "sasl.mechanism",
                        mechanism,
                        "sasl.jaas.config",
                        "${directory:" + folder + ":jaas}"),
                references);
    }
}
