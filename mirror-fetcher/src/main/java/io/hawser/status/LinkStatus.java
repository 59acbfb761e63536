/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.status;

import io.hawser.definition.LinkDefinition;
import org.jspecify.annotations.Nullable;

/**
 * One link as the coordinator last reported it.
 *
 * <p>Immutable.
 *
 * @param definition what was wanted when this was written; holds references to secrets, never a secret
 * @param generation the definitions' generation that this report takes account of
 * @param sourceClusterId pins the source; null until it was first reached
 * @param state what the link is doing
 * @param failure why it does not go on; null when it does
 * @param sinceMs when the state began, in milliseconds since the epoch
 * @param roundTripMs of a small request from the coordinating broker to the source and back, the shortest of the last ones, in
 *     milliseconds; null when not measured yet
 */
public record LinkStatus(
        LinkDefinition definition,
        long generation,
        @Nullable String sourceClusterId,
        LinkState state,
        @Nullable Failure failure,
        long sinceMs,
        @Nullable Double roundTripMs) {

    public String link() {
        return definition.name();
    }

    public LinkStatus withState(LinkState newState, @Nullable Failure newFailure, long nowMs) {
        return new LinkStatus(
                definition,
                generation,
                sourceClusterId,
                newState,
                newFailure == null || failure == null ? newFailure : newFailure.since(failure),
                newState == state ? sinceMs : nowMs,
                roundTripMs);
    }

    public LinkStatus withDefinition(LinkDefinition newDefinition, long newGeneration) {
        return new LinkStatus(newDefinition, newGeneration, sourceClusterId, state, failure, sinceMs, roundTripMs);
    }

    public LinkStatus pinnedTo(String clusterId) {
        return new LinkStatus(definition, generation, clusterId, state, failure, sinceMs, roundTripMs);
    }

    public LinkStatus withRoundTrip(double newRoundTripMs) {
        return new LinkStatus(definition, generation, sourceClusterId, state, failure, sinceMs, newRoundTripMs);
    }
}
