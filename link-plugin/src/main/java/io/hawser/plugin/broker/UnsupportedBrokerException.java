/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.broker;

/** This Kafka's insides are not those that the plugin knows. The message says what was missing. */
public final class UnsupportedBrokerException extends Exception {

    public UnsupportedBrokerException(String message, Throwable cause) {
        super(message, cause);
    }

    public UnsupportedBrokerException(String message) {
        super(message);
    }
}
