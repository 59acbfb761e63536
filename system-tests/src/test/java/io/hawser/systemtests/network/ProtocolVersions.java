/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.network;

import java.nio.ByteBuffer;
import java.util.Map;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.ApiVersionsResponseData.ApiVersion;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.MessageUtil;

/**
 * Lets a broker speak only old versions of some requests, as an older one does, by changing what it says of itself.
 * Immutable.
 *
 * @param newest version of each request that is held down
 */
record ProtocolVersions(Map<ApiKeys, Short> newest) {

    /** Kafka 2.6: no topic ids, and fetches that do not tell where logs part. */
    static final ProtocolVersions OF_KAFKA_2_6 = new ProtocolVersions(Map.of(
            ApiKeys.FETCH, (short) 11,
            ApiKeys.METADATA, (short) 9,
            ApiKeys.LIST_OFFSETS, (short) 5,
            ApiKeys.OFFSET_FOR_LEADER_EPOCH, (short) 3));

    /** @param frame the first answer on a connection: of a client of our own line, to ApiVersions */
    byte[] holdDown(byte[] frame) {
        short version = ApiKeys.API_VERSIONS.latestVersion();
        ByteBuffer bytes = ByteBuffer.wrap(frame);
        int correlationId = bytes.getInt();
        ApiVersionsResponseData versions = new ApiVersionsResponseData(new ByteBufferAccessor(bytes), version);
        newest.forEach((key, newestVersion) -> {
            ApiVersion api = versions.apiKeys().find(key.id);
            if (api == null) {
                throw new IllegalStateException("The broker does not speak of " + key);
            }
            api.setMaxVersion(newestVersion);
        });
        ByteBuffer body = MessageUtil.toByteBufferAccessor(versions, version).buffer();
        return ByteBuffer.allocate(Integer.BYTES + body.remaining())
                .putInt(correlationId)
                .put(body)
                .array();
    }
}
