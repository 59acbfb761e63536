/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.source.kafka;

import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.SSLEngine;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.security.ssl.DefaultSslEngineFactory;

/**
 * TLS with a broker that has dialled: its certificate is compared with the name that its cluster has for it, since its address is that
 * of whatever it came through.
 */
public final class NamedPeerSslEngines extends DefaultSslEngineFactory {

    private static final String PEER_HOST = "hawser.peer.host";

    private String peerHost = "";

    /** For Kafka. */
    public NamedPeerSslEngines() {}

    /** The same configuration, with these engines for that peer. */
    static AbstractConfig in(AbstractConfig config, ConfigDef definition, String host) {
        Map<String, Object> named = new HashMap<>(config.originals());
        named.put(SslConfigs.SSL_ENGINE_FACTORY_CLASS_CONFIG, NamedPeerSslEngines.class);
        named.put(PEER_HOST, host);
        return new AbstractConfig(definition, named, false);
    }

    @Override
    public void configure(Map<String, ?> configs) {
        peerHost = String.valueOf(configs.get(PEER_HOST));
        super.configure(configs);
    }

    @Override
    public SSLEngine createClientSslEngine(String host, int port, String endpointIdentification) {
        return super.createClientSslEngine(peerHost, port, endpointIdentification);
    }
}
