/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.definition;

/** The line of {@code server.properties} by which a broker or controller runs the plugin. */
public final class PluginSetting {

    /** Kafka's property that names the authorizer. */
    public static final String AUTHORIZER = "authorizer.class.name";

    /** What it names where the plugin runs. */
    public static final String PLUGIN = "io.hawser.plugin.LinkAuthorizer";

    private PluginSetting() {}
}
