/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.guard;

import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.server.authorizer.Authorizer;

/** Finds the authorizer that the user had before this plugin. Immutable. */
final class DelegateClass {

    /** Names the authorizer that decides about all that the guard does not refuse; optional. */
    static final String CONFIG = "hawser.authorizer.class.name";

    private DelegateClass() {}

    /**
     * A new instance, not yet configured; one that allows everything if none is named.
     *
     * @throws ConfigException if the class cannot be used. Like Kafka with a wrong {@code authorizer.class.name} the node
     *     then does not start, because it would have to serve without the user's access control.
     */
    static Authorizer newInstance(Map<String, ?> configs, Class<? extends Authorizer> wrapper) {
        Object value = configs.get(CONFIG);
        String name = value == null ? "" : value.toString().trim();
        if (name.isEmpty()) {
            return new OpenAuthorizer();
        }
        if (name.equals(wrapper.getName())) {
            throw unusable(name, "it would wrap itself; name the authorizer used before, or leave the setting out");
        }
        try {
            return load(name)
                    .asSubclass(Authorizer.class)
                    .getDeclaredConstructor()
                    .newInstance();
        } catch (ClassNotFoundException e) {
            throw unusable(name, "there is no such class in the broker's libs/");
        } catch (ClassCastException e) {
            throw unusable(name, "it is not an " + Authorizer.class.getName());
        } catch (ReflectiveOperationException e) {
            throw unusable(name, "it has no usable public constructor without arguments: " + e);
        }
    }

    private static Class<?> load(String name) throws ClassNotFoundException {
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        return Class.forName(name, true, loader == null ? DelegateClass.class.getClassLoader() : loader);
    }

    private static ConfigException unusable(String name, String reason) {
        return new ConfigException(CONFIG, name, reason);
    }
}
