/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.source.kafka;

import io.hawser.source.SourceRequest.BrokerConfig;
import io.hawser.source.SourceRequest.BrokerConfigAnswer;
import io.hawser.source.SourceRequest.ChangeAnswer;
import io.hawser.source.SourceRequest.DefinitionsChange;
import java.util.List;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.message.DescribeConfigsRequestData;
import org.apache.kafka.common.message.DescribeConfigsRequestData.DescribeConfigsResource;
import org.apache.kafka.common.message.DescribeConfigsResponseData.DescribeConfigsResult;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterConfigsResource;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterableConfig;
import org.apache.kafka.common.message.IncrementalAlterConfigsResponseData.AlterConfigsResourceResponse;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.DescribeConfigsRequest;
import org.apache.kafka.common.requests.DescribeConfigsResponse;
import org.apache.kafka.common.requests.IncrementalAlterConfigsRequest;
import org.apache.kafka.common.requests.IncrementalAlterConfigsResponse;

/** Configs of the source's brokers, to and from Kafka's requests. Thread-safe: no state. */
final class BrokerConfigTranslation {

    private static final String ALL_BROKERS = "";

    private BrokerConfigTranslation() {}

    static RequestTranslation<BrokerConfigAnswer> of(BrokerConfig request) {
        DescribeConfigsRequestData data = new DescribeConfigsRequestData();
        data.resources()
                .add(new DescribeConfigsResource()
                        .setResourceType(ConfigResource.Type.BROKER.id())
                        .setResourceName(String.valueOf(request.broker()))
                        .setConfigurationKeys(List.of(request.key())));
        return new RequestTranslation<>(
                new DescribeConfigsRequest.Builder(data),
                (response, version) -> answer(request, (DescribeConfigsResponse) response));
    }

    private static BrokerConfigAnswer answer(BrokerConfig request, DescribeConfigsResponse response) {
        for (DescribeConfigsResult result : response.data().results()) {
            return new BrokerConfigAnswer(
                    Errors.forCode(result.errorCode()),
                    result.configs().stream()
                            .filter(config -> config.name().equals(request.key()))
                            .map(config -> config.value())
                            .findFirst()
                            .orElse(null));
        }
        return new BrokerConfigAnswer(Errors.UNKNOWN_SERVER_ERROR, null);
    }

    static RequestTranslation<ChangeAnswer> of(DefinitionsChange request) {
        AlterConfigsResource brokers = new AlterConfigsResource()
                .setResourceType(ConfigResource.Type.BROKER.id())
                .setResourceName(ALL_BROKERS);
        request.configs()
                .forEach((key, value) -> brokers.configs()
                        .add(new AlterableConfig()
                                .setName(key)
                                .setValue(value)
                                .setConfigOperation(AlterConfigOp.OpType.SET.id())));
        IncrementalAlterConfigsRequestData data = new IncrementalAlterConfigsRequestData();
        data.resources().add(brokers);
        return new RequestTranslation<>(
                new IncrementalAlterConfigsRequest.Builder(data),
                (response, version) -> answer((IncrementalAlterConfigsResponse) response));
    }

    private static ChangeAnswer answer(IncrementalAlterConfigsResponse response) {
        for (AlterConfigsResourceResponse result : response.data().responses()) {
            return new ChangeAnswer(Errors.forCode(result.errorCode()), result.errorMessage());
        }
        return new ChangeAnswer(Errors.UNKNOWN_SERVER_ERROR, null);
    }
}
