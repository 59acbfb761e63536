/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/** The version of this build, written into the jar by Maven. Immutable. */
public final class PluginVersion {

    private static final String UNKNOWN = "unknown";
    private static final String CURRENT = read();

    private PluginVersion() {}

    public static String current() {
        return CURRENT;
    }

    private static String read() {
        try (InputStream in = PluginVersion.class.getResourceAsStream("/hawser-plugin.properties")) {
            if (in == null) {
                return UNKNOWN;
            }
            Properties properties = new Properties();
            properties.load(in);
            return properties.getProperty("version", UNKNOWN);
        } catch (IOException e) {
            return UNKNOWN;
        }
    }
}
