/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.definition;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;

/**
 * One link, as its creator wants it.
 *
 * <p>Immutable.
 *
 * @param name unique in the destination cluster
 * @param id tells this link from an earlier one of the same name
 * @param configs the link's properties as given, without defaults; see {@link io.hawser.config.LinkConfig}. Holds
 *     references to secrets, never a secret.
 */
public record LinkDefinition(String name, Uuid id, Map<String, String> configs) {

    public LinkDefinition {
        configs = Collections.unmodifiableMap(new TreeMap<>(configs));
    }

    public LinkDefinition withConfigs(Map<String, String> newConfigs) {
        return new LinkDefinition(name, id, newConfigs);
    }
}
