/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.config;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.security.auth.login.AppConfigurationEntry;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.security.JaasContext;

/**
 * Which login modules links may use, and with which options. A module runs in the broker with whatever it is told: one that looks up
 * names elsewhere runs foreign code, and options of Kafka's own can name classes to load and files to read.
 *
 * <p>Immutable. Tells nothing of the text that it checks but the name of a class.
 */
final class LoginModules {

    private static final String PROPERTY = SaslConfigs.SASL_JAAS_CONFIG;
    private static final String KERBEROS = "com.sun.security.auth.module.Krb5LoginModule";
    private static final String OAUTHBEARER = "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule";
    private static final String KEY_TAB = "keyTab";
    private static final String TICKET_CACHE = "ticketCache";
    private static final Pattern MODULE_NAME = Pattern.compile("(?:[a-zA-Z_$][\\w$]*\\.)+[A-Z]\\w*LoginModule");

    private static final Map<String, Set<String>> OPTIONS = Map.of(
            "org.apache.kafka.common.security.plain.PlainLoginModule",
            Set.of("username", "password"),
            "org.apache.kafka.common.security.scram.ScramLoginModule",
            Set.of("username", "password", "tokenauth"),
            OAUTHBEARER,
            oauthOptions(),
            KERBEROS,
            Set.of(
                    "useKeyTab",
                    KEY_TAB,
                    "useTicketCache",
                    TICKET_CACHE,
                    "principal",
                    "storeKey",
                    "doNotPrompt",
                    "renewTGT",
                    "refreshKrb5Config",
                    "isInitiator",
                    "serviceName"));
    private static final List<String> OAUTH_PREFIXES = List.of("extension_", "unsecuredLogin");

    private LoginModules() {}

    /**
     * @param jaas the text of {@code sasl.jaas.config}, as Kafka parses it
     * @param mechanism value of {@code sasl.mechanism}
     * @throws ConfigException with one line that says what is not allowed
     */
    static void requireAllowed(String jaas, String mechanism, SecretReferences references) {
        AppConfigurationEntry entry = parse(jaas);
        Set<String> known = OPTIONS.get(entry.getLoginModuleName().strip());
        if (known == null) {
            throw refused(entry.getLoginModuleName().strip());
        }
        boolean oauth = entry.getLoginModuleName().strip().equals(OAUTHBEARER);
        Predicate<String> ofExtension = name -> oauth && OAUTH_PREFIXES.stream().anyMatch(name::startsWith);
        if (!entry.getOptions().keySet().stream().allMatch(name -> known.contains(name) || ofExtension.test(name))) {
            throw new ConfigException(PROPERTY + " has an option that links may not give to "
                    + entry.getLoginModuleName().strip() + "; it may have " + String.join(", ", new TreeSet<>(known))
                    + (oauth ? ", " + String.join("*, ", OAUTH_PREFIXES) + "*" : ""));
        }
        Stream.of(
                        SslConfigs.SSL_TRUSTSTORE_LOCATION_CONFIG,
                        SslConfigs.SSL_KEYSTORE_LOCATION_CONFIG,
                        KEY_TAB,
                        TICKET_CACHE)
                .forEach(name -> requireFile(name, entry.getOptions(), references));
        boolean kerberos = entry.getLoginModuleName().strip().equals(KERBEROS);
        if (kerberos) {
            requireOwnTickets(entry.getOptions());
        }
        if (kerberos != mechanism.equals(SaslConfigs.GSSAPI_MECHANISM)) {
            // With another module GSSAPI would look for tickets where the JVM does, that is for the broker's.
            throw new ConfigException(PROPERTY + ": the login module "
                    + entry.getLoginModuleName().strip() + " does not go with " + SaslConfigs.SASL_MECHANISM + "="
                    + mechanism);
        }
    }

    private static AppConfigurationEntry parse(String jaas) {
        try {
            return JaasContext.loadClientContext(Map.of(PROPERTY, new Password(jaas)))
                    .configurationEntries()
                    .get(0);
        } catch (RuntimeException e) {
            // What Kafka says of it may hold a part of it.
            String first = jaas.strip().split("\\s", 2)[0];
            if (MODULE_NAME.matcher(first).matches() && !OPTIONS.containsKey(first)) {
                throw refused(first);
            }
            throw new ConfigException(
                    PROPERTY + " is not the text of one login module, such as:"
                            + " org.apache.kafka.common.security.scram.ScramLoginModule required username=\"...\" password=\"...\";");
        }
    }

    private static void requireFile(String option, Map<String, ?> options, SecretReferences references) {
        Object file = options.get(option);
        if (file != null) {
            ConnectionRules.requireFile(
                    PROPERTY + ", option " + option, file.toString().replaceFirst("^FILE:", ""), references);
        }
    }

    /** Where one is used and not named, the module takes that of the user that the broker runs as. */
    private static void requireOwnTickets(Map<String, ?> options) {
        boolean lacks = isUnnamed(options, KEY_TAB) && isUnnamed(options, TICKET_CACHE);
        if (lacks
                || isUsedUnnamed(options, "useKeyTab", KEY_TAB)
                || isUsedUnnamed(options, "useTicketCache", TICKET_CACHE)) {
            throw new ConfigException(
                    PROPERTY + " uses a " + KEY_TAB + " or " + TICKET_CACHE
                            + " that it does not name; with the default one the link would log in as the broker that it runs in");
        }
    }

    private static boolean isUsedUnnamed(Map<String, ?> options, String use, String file) {
        Object used = options.get(use);
        return used != null && Boolean.parseBoolean(used.toString()) && isUnnamed(options, file);
    }

    private static boolean isUnnamed(Map<String, ?> options, String file) {
        Object name = options.get(file);
        return name == null || name.toString().isBlank();
    }

    private static ConfigException refused(String module) {
        return new ConfigException(PROPERTY + ": links may not use the login module " + module + ", only "
                + OPTIONS.keySet().stream().sorted().collect(Collectors.joining(", ")));
    }

    /** For the connection to the token server; whatever may not load a class. */
    private static Set<String> oauthOptions() {
        Set<String> names = new HashSet<>(Set.of("clientId", "clientSecret", "scope"));
        new ConfigDef()
                .withClientSslSupport().configKeys().values().stream()
                        .filter(key -> key.type != ConfigDef.Type.CLASS)
                        .forEach(key -> names.add(key.name));
        return names;
    }
}
