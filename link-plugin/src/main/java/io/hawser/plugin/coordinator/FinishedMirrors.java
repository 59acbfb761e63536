/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.coordinator;

import io.hawser.definition.DefinitionRules;
import io.hawser.definition.Definitions;
import io.hawser.definition.MirrorDefinition;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what mirrors become that have come to the end of their way: writable, a mirror again, or gone.
 *
 * <p>Confined to the coordinator's thread, which it blocks for as long as the controller takes.
 */
final class FinishedMirrors {

    private static final Logger LOG = LoggerFactory.getLogger(FinishedMirrors.class);

    private final CoordinatorContext context;
    private long writtenGeneration;

    FinishedMirrors(CoordinatorContext context) {
        this.context = context;
    }

    /**
     * Changes the definitions, all in one change; if that is refused, one by one, so that a bad topic does not hold up the others.
     *
     * @param finished by topic, what it becomes; empty for one that is gone
     */
    void write(Definitions definitions, Map<String, Optional<MirrorDefinition>> finished) {
        // What this broker has not heard of yet it has written itself, a moment ago.
        if (finished.isEmpty() || definitions.generation() < writtenGeneration) {
            return;
        }
        try {
            writeAtOnce(definitions, finished);
        } catch (InvalidRequestException | InvalidConfigurationException e) {
            if (isOutdated(e)) {
                throw e;
            }
            writeEach(definitions, finished);
        }
    }

    private void writeEach(Definitions definitions, Map<String, Optional<MirrorDefinition>> finished) {
        Definitions current = definitions;
        for (Map.Entry<String, Optional<MirrorDefinition>> one : finished.entrySet()) {
            try {
                current = writeAtOnce(current, Map.ofEntries(one));
            } catch (InvalidRequestException | InvalidConfigurationException e) {
                if (isOutdated(e)) {
                    throw e;
                }
                LOG.warn("Mirror topic {} cannot end what it was asked for: {}", one.getKey(), e.getMessage());
            }
        }
    }

    /** @return what stands then */
    private Definitions writeAtOnce(Definitions definitions, Map<String, Optional<MirrorDefinition>> finished) {
        Definitions next = definitions
                .withMirrors(mirrors -> finished.forEach((topic, mirror) ->
                        mirror.ifPresentOrElse(known -> mirrors.put(topic, known), () -> mirrors.remove(topic))))
                .next(ThreadLocalRandom.current());
        context.admin()
                .changeDefinitions(
                        next,
                        finished.keySet().stream().map(Definitions::mirrorKey).toList());
        writtenGeneration = next.generation();
        return next;
    }

    /** Somebody else was quicker; the next step starts from what stands then. */
    private static boolean isOutdated(RuntimeException refusal) {
        return DefinitionRules.isChangedMeanwhile(refusal.getMessage());
    }
}
