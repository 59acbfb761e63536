/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.SslConfigs;

/**
 * What a link may do to a broker that it runs in: whoever may create links must not be able to run code there, read its files, log
 * in as the broker, or have it ask whatever addresses they like.
 *
 * <p>Immutable.
 */
final class ConnectionRules {

    /** Kafka's own allow-list, which holds for the broker's own logins too (KIP-1139). */
    private static final String ALLOWED_URLS = "org.apache.kafka.sasl.oauthbearer.allowed.urls";

    private static final String KAFKA_SECURITY_CLASSES = "org.apache.kafka.common.security.";
    private static final Set<String> PUBLIC_MATERIAL =
            Set.of(SslConfigs.SSL_TRUSTSTORE_CERTIFICATES_CONFIG, SslConfigs.SSL_KEYSTORE_CERTIFICATE_CHAIN_CONFIG);
    private static final List<String> URLS =
            List.of(SaslConfigs.SASL_OAUTHBEARER_TOKEN_ENDPOINT_URL, SaslConfigs.SASL_OAUTHBEARER_JWKS_ENDPOINT_URL);
    private static final List<String> FILES = List.of(
            SslConfigs.SSL_TRUSTSTORE_LOCATION_CONFIG,
            SslConfigs.SSL_KEYSTORE_LOCATION_CONFIG,
            SaslConfigs.SASL_OAUTHBEARER_ASSERTION_FILE,
            SaslConfigs.SASL_OAUTHBEARER_ASSERTION_PRIVATE_KEY_FILE,
            SaslConfigs.SASL_OAUTHBEARER_ASSERTION_TEMPLATE_FILE);

    private ConnectionRules() {}

    /** Whether the property holds what nobody may see. */
    static boolean isSecret(ConfigDef definition, String name) {
        ConfigDef.ConfigKey key = definition.configKeys().get(name);
        return key != null && key.type == ConfigDef.Type.PASSWORD && !PUBLIC_MATERIAL.contains(name);
    }

    /**
     * Refuses what can be told from what the creator of a link gave, without a look at any file.
     *
     * @throws ConfigException with one line that names the property and the way out; never a secret
     */
    static void requireHarmless(ConfigDef definition, Map<String, String> given) {
        given.forEach((name, value) -> {
            ConfigDef.ConfigKey key = definition.configKeys().get(name);
            if (key == null) {
                return;
            }
            requireNoSecretInClear(definition, name, value);
            if (key.type != ConfigDef.Type.PASSWORD && SecretReferences.isIn(value)) {
                throw new ConfigException(
                        name + " is shown to everybody who may see the link, so it must not refer to a"
                                + " secret; give its value itself");
            }
            if (key.type == ConfigDef.Type.CLASS && !value.startsWith(KAFKA_SECURITY_CLASSES)) {
                throw new ConfigException(name + ": only classes of " + KAFKA_SECURITY_CLASSES
                        + "* may be loaded into a broker for a link");
            }
        });
        requireDefaultKinit(given);
        URLS.forEach(name -> requireHttp(name, given.getOrDefault(name, "")));
        if (given.getOrDefault(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG, "")
                        .strip()
                        .startsWith("SASL_")
                && given.getOrDefault(SaslConfigs.SASL_JAAS_CONFIG, "").isBlank()) {
            throw new ConfigException(SaslConfigs.SASL_JAAS_CONFIG
                    + " is missing; without it the link would log in as the broker that it runs in");
        }
    }

    /**
     * Refuses what can be told only where the link runs.
     *
     * @param resolved with each reference replaced
     * @throws ConfigException with one line that names the property and the way out; never a secret
     */
    static void requireAllowed(Map<String, String> resolved, SecretReferences references) {
        FILES.forEach(name -> requireFile(name, resolved.getOrDefault(name, ""), references));
        URLS.forEach(name -> requireAllowedUrl(name, resolved.getOrDefault(name, "")));
        String jaas = resolved.getOrDefault(SaslConfigs.SASL_JAAS_CONFIG, "");
        if (!jaas.isBlank()) {
            String mechanism = resolved.getOrDefault(SaslConfigs.SASL_MECHANISM, SaslConfigs.DEFAULT_SASL_MECHANISM);
            LoginModules.requireAllowed(jaas, mechanism, references);
        }
    }

    /** @param name of a property, or of an option of a login module */
    static void requireFile(String name, String file, SecretReferences references) {
        if (file.isBlank()) {
            return;
        }
        try {
            if (references.allows(Path.of(file))) {
                return;
            }
        } catch (InvalidPathException e) {
            // Said below.
        }
        throw new ConfigException(name + ": links may read no file but those under the brokers' "
                + SecretReferences.ALLOWED_PATHS + " (" + references.allowedPaths() + ")");
    }

    private static void requireNoSecretInClear(ConfigDef definition, String name, String value) {
        if (isSecret(definition, name) && !SecretReferences.isOne(value)) {
            throw new ConfigException(
                    name + " must not hold a secret in the clear: name the file of a key for link-admin to seal"
                            + " it with as " + SealingKeys.FILE_SETTING
                            + " in --command-config and on the brokers, or put the secret into"
                            + " a file on the brokers and write ${file:/path/secrets.properties:" + name + "}");
        }
    }

    /** Kafka runs that command to renew a ticket. */
    private static void requireDefaultKinit(Map<String, String> given) {
        String command = given.get(SaslConfigs.SASL_KERBEROS_KINIT_CMD);
        if (command != null && !command.equals(SaslConfigs.DEFAULT_KERBEROS_KINIT_CMD)) {
            throw new ConfigException(
                    SaslConfigs.SASL_KERBEROS_KINIT_CMD + ": links may run no command on a broker but "
                            + SaslConfigs.DEFAULT_KERBEROS_KINIT_CMD + "; leave it out");
        }
    }

    private static void requireHttp(String name, String url) {
        if (!url.isBlank() && !url.startsWith("https://") && !url.startsWith("http://")) {
            throw new ConfigException(
                    name + ": links may ask https:// and http:// addresses only, and read no file that way");
        }
    }

    private static void requireAllowedUrl(String name, String url) {
        List<String> allowed = Arrays.stream(
                        System.getProperty(ALLOWED_URLS, "").split(","))
                .map(String::strip)
                .toList();
        if (!url.isBlank() && !allowed.contains(url)) {
            throw new ConfigException(name + ": the brokers do not allow " + url + "; start each of them with -D"
                    + ALLOWED_URLS + "=" + url);
        }
    }
}
