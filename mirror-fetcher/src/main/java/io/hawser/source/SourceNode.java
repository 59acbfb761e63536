/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.source;

/**
 * A source broker, or a bootstrap address whose broker is not known yet.
 *
 * <p>Immutable.
 *
 * @param id node id; negative for a bootstrap address
 */
public record SourceNode(int id, String host, int port) {

    @Override
    public String toString() {
        return id < 0 ? host + ":" + port : "broker " + id + " (" + host + ":" + port + ")";
    }
}
