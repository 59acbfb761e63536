/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.reverse;

import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.security.ssl.DefaultSslEngineFactory;

/**
 * TLS for preambles, from properties named as Kafka's clients and brokers name them. TLS 1.3 and nothing older, since the socket is
 * bare afterwards: both ends have to be able to end TLS one after the other.
 *
 * <p>Thread-safe.
 */
public final class TlsEngines implements AutoCloseable {

    private static final String VERSION = "TLSv1.3";

    private final DefaultSslEngineFactory factory = new DefaultSslEngineFactory();
    private final String endpointIdentification;

    /**
     * @param configs parsed, with defaults: {@code ssl.keystore.location} and so on
     * @throws org.apache.kafka.common.KafkaException if a store cannot be read
     */
    public TlsEngines(Map<String, ?> configs) {
        Object algorithm = configs.get(SslConfigs.SSL_ENDPOINT_IDENTIFICATION_ALGORITHM_CONFIG);
        this.endpointIdentification = algorithm == null ? "" : algorithm.toString();
        factory.configure(configs);
    }

    SSLEngine client(String host, int port) {
        return modern(factory.createClientSslEngine(host, port, endpointIdentification));
    }

    SSLEngine server() {
        return modern(factory.createServerSslEngine("", 0));
    }

    /** Whether it would be the same with those properties. */
    public boolean isOf(Map<String, Object> configs) {
        return !factory.shouldBeRebuilt(configs);
    }

    @Override
    public void close() {
        factory.close();
    }

    /** Of properties, those that this may be made of. */
    public static Set<String> names() {
        return SslConfigs.RECONFIGURABLE_CONFIGS;
    }

    private static SSLEngine modern(SSLEngine engine) {
        engine.setEnabledProtocols(new String[] {VERSION});
        return engine;
    }
}
