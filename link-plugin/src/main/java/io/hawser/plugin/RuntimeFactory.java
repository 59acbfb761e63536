/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin;

import io.hawser.plugin.guard.DefinitionsFeed;
import java.util.Map;
import org.apache.kafka.server.authorizer.AuthorizerServerInfo;

/** Starts what runs links inside a broker. */
@FunctionalInterface
public interface RuntimeFactory {

    /** Guards, but runs no link. */
    RuntimeFactory NONE = (configs, info, feed) -> () -> {};

    /**
     * Called once, on a broker, after its metadata is loaded and before a listener takes requests.
     *
     * @param configs the broker's configs, as the authorizer got them
     * @param info node id, cluster id and the broker's endpoints
     * @param feed definitions, now and later
     * @return what was started; may be called from other threads
     * @throws Exception if links cannot run here; the broker goes on with mirror topics read-only
     */
    RunningLinks start(Map<String, ?> configs, AuthorizerServerInfo info, DefinitionsFeed feed) throws Exception;
}
