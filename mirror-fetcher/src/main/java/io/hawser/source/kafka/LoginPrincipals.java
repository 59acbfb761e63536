/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.source.kafka;

import io.hawser.config.LinkConfig;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.security.JaasContext;
import org.apache.kafka.common.security.auth.KafkaPrincipal;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.apache.kafka.common.security.ssl.DefaultSslEngineFactory;

/**
 * As whom a link logs in. Kafka does not tell a client which principal it is, and rules of the source may have changed the
 * name, so these are all that it may well be.
 */
public final class LoginPrincipals {

    /** Options of Kafka's login modules that hold a name. */
    private static final List<String> NAMES =
            List.of("username", "principal", "clientId", "unsecuredLoginStringClaim_sub");

    private LoginPrincipals() {}

    /**
     * @param config with its references resolved
     * @return as ACLs have them, like {@code User:link}
     */
    public static Set<String> of(LinkConfig config) {
        SecurityProtocol protocol = SecurityProtocol.forName(config.getString("security.protocol"));
        Set<String> names = new HashSet<>();
        if (protocol == SecurityProtocol.SASL_PLAINTEXT || protocol == SecurityProtocol.SASL_SSL) {
            names.addAll(ofLogin(config.values()));
        } else if (protocol == SecurityProtocol.SSL) {
            names.addAll(ofCertificates(config.values()));
        }
        return names.stream()
                .map(name -> new KafkaPrincipal(KafkaPrincipal.USER_TYPE, name).toString())
                .collect(Collectors.toSet());
    }

    private static Set<String> ofLogin(Map<String, ?> values) {
        if (values.get(SaslConfigs.SASL_JAAS_CONFIG) == null) {
            return Set.of();
        }
        Map<String, ?> options = JaasContext.loadClientContext(values)
                .configurationEntries()
                .get(0)
                .getOptions();
        Set<String> names = new HashSet<>();
        for (String option : NAMES) {
            Object name = options.get(option);
            if (name != null) {
                names.add(name.toString());
                // Of a Kerberos principal, primary/instance@REALM, the source takes the first part for the name.
                names.add(name.toString().split("[/@]")[0]);
            }
        }
        return names;
    }

    private static Set<String> ofCertificates(Map<String, ?> values) {
        Set<String> names = new HashSet<>();
        try (DefaultSslEngineFactory factory = new DefaultSslEngineFactory()) {
            factory.configure(values);
            KeyStore keys = factory.keystore();
            for (String alias : keys == null ? List.<String>of() : Collections.list(keys.aliases())) {
                Certificate certificate = keys.isKeyEntry(alias) ? keys.getCertificate(alias) : null;
                if (certificate instanceof X509Certificate x509) {
                    String name = x509.getSubjectX500Principal().getName();
                    names.add(name);
                    new LdapName(name)
                            .getRdns().stream()
                                    .filter(part -> part.getType().equalsIgnoreCase("CN"))
                                    .forEach(part -> names.add(part.getValue().toString()));
                }
            }
        } catch (KeyStoreException | InvalidNameException e) {
            throw new KafkaException("the link's certificate cannot be read: " + e.getMessage(), e);
        }
        return names;
    }
}
