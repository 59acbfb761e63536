/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.definition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

class DefinitionRulesTest {

    private static final LinkDefinition EAST =
            new LinkDefinition("east", Uuid.randomUuid(), Map.of("bootstrap.servers", "east:9092"));
    private static final MirrorDefinition ORDERS = new MirrorDefinition(
            "orders", Uuid.randomUuid(), "east", "orders", MirrorIntent.MIRROR, (short) -1, Map.of(), null);

    private final DefinitionRules rules = new DefinitionRules("local"::equals);

    @Test
    void readsBackWhatItWritesAndNeverWritesAReference() {
        LinkDefinition link = EAST.withConfigs(
                Map.of("bootstrap.servers", "east:9092", "ssl.key.password", "${file:/etc/secrets:key}"));
        Definitions definitions = definitions(4, link, ORDERS);

        Map<String, String> configs = definitions.asConfigs();

        assertThat(Definitions.parse(configs)).isEqualTo(definitions);
        assertThat(configs.values()).noneMatch(value -> value.contains("${"));
    }

    @Test
    void readsBackAVerificationAndWhatWasWrittenBeforeThereWereAny() {
        MirrorDefinition verified = ORDERS.verifying(new Verification(Uuid.randomUuid(), 5_000));
        Definitions definitions = definitions(4, EAST, verified);

        assertThat(Definitions.parse(definitions.asConfigs())).isEqualTo(definitions);
        Map<String, String> older = new HashMap<>(definitions(4, EAST, ORDERS).asConfigs());
        older.computeIfPresent("hawser.mirror.orders", (key, json) -> json.replace(",\"verification\":null", ""));
        assertThat(older.get("hawser.mirror.orders")).doesNotContain("verification");
        assertThat(Definitions.parse(older)).isEqualTo(definitions(4, EAST, ORDERS));
    }

    @Test
    void keepsAVerificationWhateverElseIsAskedFor() {
        Verification verification = new Verification(Uuid.randomUuid(), 5_000);
        MirrorDefinition verified = ORDERS.verifying(verification);

        assertThat(verified.withIntent(MirrorIntent.PAUSE).verification()).isEqualTo(verification);
        assertThat(verified.withConfigs(Map.of("a", "b")).verification()).isEqualTo(verification);
        assertThat(verified.accepting(new LossAcceptance(Uuid.randomUuid(), true, null))
                        .verification())
                .isEqualTo(verification);
        assertThat(verified.verifying(null)).isEqualTo(ORDERS);
    }

    @Test
    void readsBackThePointOfAFailoverAndKeepsItUntilTheTopicIsAskedForSomethingElse() {
        StopPoint time = new StopPoint(Uuid.randomUuid(), 1_700_000_000_000L, Map.of());
        StopPoint offsets = new StopPoint(Uuid.randomUuid(), null, Map.of(0, 5L, 7, 9L));
        MirrorDefinition failingOver = ORDERS.withIntent(MirrorIntent.FAILOVER).stoppingAt(time);

        for (MirrorDefinition mirror : List.of(failingOver, ORDERS.stoppingAt(offsets))) {
            Definitions definitions = definitions(4, EAST, mirror);
            assertThat(Definitions.parse(definitions.asConfigs())).isEqualTo(definitions);
        }
        MirrorDefinition stopped = failingOver.withIntent(MirrorIntent.STOPPED);
        assertThat(stopped.stopAt()).isEqualTo(time);
        assertThat(stopped.withIntent(MirrorIntent.REVERSE).stopAt()).isNull();
        assertThat(ORDERS.stoppingAt(time).withIntent(MirrorIntent.FAILOVER).stopAt())
                .isNull();
        assertThat(ORDERS.stoppingAt(time).withIntent(MirrorIntent.MIRROR)).isEqualTo(ORDERS);
    }

    @Test
    void refusesAnotherPointForAFailoverThatIsUnderWay() {
        MirrorDefinition failingOver = ORDERS.withIntent(MirrorIntent.FAILOVER);

        refused(
                definitions(1, EAST, failingOver),
                definitions(2, EAST, failingOver.stoppingAt(new StopPoint(Uuid.randomUuid(), 5L, Map.of()))),
                "is being failed over already");
    }

    @Test
    void refusesToForceAFailoverToAPointAndToPromoteToOne() {
        StopPoint point = new StopPoint(Uuid.randomUuid(), 5L, Map.of());
        MirrorDefinition failingOver = ORDERS.withIntent(MirrorIntent.FAILOVER);

        refused(
                definitions(1, EAST, failingOver.stoppingAt(point)),
                definitions(2, EAST, ORDERS.withIntent(MirrorIntent.FORCED_FAILOVER)),
                "is being failed over already");
        refused(
                definitions(1, EAST, ORDERS.withIntent(MirrorIntent.PROMOTE)),
                definitions(2, EAST, failingOver.stoppingAt(point)),
                "is being promoted");
        assertThatCode(() -> rules.check(
                        definitions(1, EAST, failingOver),
                        definitions(2, EAST, ORDERS.withIntent(MirrorIntent.FORCED_FAILOVER))))
                .doesNotThrowAnyException();
    }

    @Test
    void carriesAPromotionThroughThatWasPausedTooLate() {
        assertThatCode(() -> rules.check(
                        definitions(1, EAST, ORDERS.withIntent(MirrorIntent.PAUSE)),
                        definitions(2, EAST, ORDERS.withIntent(MirrorIntent.STOPPED))))
                .doesNotThrowAnyException();
    }

    @Test
    void refusesADelayThatIsNone() {
        refused(
                definitions(1, EAST, ORDERS),
                definitions(2, EAST, ORDERS.withConfigs(Map.of("mirror.delay.ms", "1h"))),
                "'1h' is not a number of milliseconds");
    }

    @Test
    void refusesToVerifyAtNoPaceAtAll() {
        refused(
                definitions(1, EAST, ORDERS),
                definitions(2, EAST, ORDERS.verifying(new Verification(Uuid.randomUuid(), 0))),
                "1 byte per second or more");
    }

    @Test
    void acceptsALinkAndAMirrorOverIt() {
        assertThatCode(() -> rules.check(Definitions.NONE, definitions(1, EAST, ORDERS)))
                .doesNotThrowAnyException();
    }

    @Test
    void refusesAChangeThatDoesNotRaiseTheGeneration() {
        refused(definitions(3, EAST), definitions(3, EAST, ORDERS), "have changed meanwhile");
    }

    @Test
    void refusesAChangeThatWasMadeFromOlderDefinitions() {
        Definitions older = definitions(1, EAST);
        Definitions stands = definitions(older.nextGeneration(() -> 0L), EAST);
        Definitions late = definitions(older.nextGeneration(() -> -1L), EAST, ORDERS);

        assertThat(late.generation()).isGreaterThan(stands.generation());
        refused(stands, late, "have changed meanwhile");
        assertThatCode(() -> rules.check(stands, definitions(stands.nextGeneration(() -> 0L), EAST, ORDERS)))
                .doesNotThrowAnyException();
    }

    @Test
    void takesTheNextNumberFromWhoeverWritesGenerationsByHand() {
        Definitions stands = definitions(Definitions.NONE.nextGeneration(() -> 0L), EAST);

        assertThatCode(() -> rules.check(stands, definitions(stands.generation() + 1, EAST, ORDERS)))
                .doesNotThrowAnyException();
    }

    @Test
    void refusesToReverseATopicThatIsNotThere() {
        MirrorDefinition nowhere = new MirrorDefinition(
                "nowhere", Uuid.randomUuid(), "east", "orders", MirrorIntent.REVERSE_CHECK, (short) -1, Map.of(), null);

        refused(definitions(1, EAST), definitions(2, EAST, nowhere), "There is no topic nowhere here");
    }

    @Test
    void refusesAMirrorOverAnUnknownLink() {
        refused(Definitions.NONE, definitions(1, ORDERS), "there is no link east");
    }

    @Test
    void refusesAMirrorWhoseNameALocalTopicHas() {
        MirrorDefinition local = new MirrorDefinition(
                "local", Uuid.randomUuid(), "east", "orders", MirrorIntent.MIRROR, (short) -1, Map.of(), null);

        refused(definitions(1, EAST), definitions(2, EAST, local), "local exists already");
    }

    @Test
    void refusesASecondClaimOnAMirror() {
        MirrorDefinition again = new MirrorDefinition(
                "orders", Uuid.randomUuid(), "east", "orders", MirrorIntent.MIRROR, (short) -1, Map.of(), null);

        refused(definitions(1, EAST, ORDERS), definitions(2, EAST, again), "already a mirror");
    }

    @Test
    void refusesToRemoveALinkThatStillHasMirrors() {
        refused(definitions(1, EAST, ORDERS), definitions(2, ORDERS), "still has 1 mirror topic");
    }

    @Test
    void refusesToTurnBackOnceWritable() {
        MirrorDefinition stopped = ORDERS.withIntent(MirrorIntent.STOPPED);

        refused(definitions(1, EAST, stopped), definitions(2, EAST, ORDERS), "cannot be asked to MIRROR");
    }

    @Test
    void saysWhichKeyDoesNotParse() {
        assertThatThrownBy(() -> Definitions.parse(Map.of("hawser.mirror.orders", "{")))
                .isInstanceOf(InvalidDefinitionException.class)
                .hasMessageStartingWith("hawser.mirror.orders is not valid JSON");
    }

    @Test
    void theSourcesHalfOfALinkTakesNoMirrorsAndStaysOne() {
        LinkDefinition half = EAST.withConfigs(Map.of(
                "link.mode",
                "source",
                "bootstrap.servers",
                "dr:9200",
                "reverse.listener.name",
                "EXTERNAL",
                "reverse.secret",
                "${file:/secrets/link.properties:reverse.secret}"));
        Definitions before = definitions(1 << 20, half);

        refused(before, definitions(2 << 20, half, ORDERS), "is the source's half of a link");
        refused(before, definitions(2 << 20, EAST), "which side connects cannot be changed");
        refused(definitions(1 << 20, EAST), definitions(2 << 20, half), "which side connects cannot be changed");
    }

    private void refused(Definitions before, Definitions after, String message) {
        assertThatThrownBy(() -> rules.check(before, after))
                .isInstanceOf(InvalidDefinitionException.class)
                .hasMessageContaining(message);
    }

    private static Definitions definitions(long generation, Object... all) {
        SortedMap<String, LinkDefinition> links = new TreeMap<>();
        SortedMap<String, MirrorDefinition> mirrors = new TreeMap<>();
        for (Object each : all) {
            if (each instanceof LinkDefinition link) {
                links.put(link.name(), link);
            } else if (each instanceof MirrorDefinition mirror) {
                mirrors.put(mirror.topic(), mirror);
            }
        }
        return new Definitions(generation, links, mirrors);
    }
}
