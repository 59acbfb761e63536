/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.fetch;

import java.util.Map;

/** What the mirror topics of a link do not take yet. Thread-safe; it can be changed while fetchers run. */
public final class HoldBacks {

    private volatile Map<String, HoldBack> byTopic = Map.of();

    /** @param newByTopic by mirror topic; those that are not there take all at once */
    public void change(Map<String, HoldBack> newByTopic) {
        byTopic = Map.copyOf(newByTopic);
    }

    HoldBack of(String mirrorTopic) {
        return byTopic.getOrDefault(mirrorTopic, HoldBack.NOTHING);
    }
}
