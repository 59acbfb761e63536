/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.config;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/**
 * The keys that a link's secrets are sealed with, from a file that {@code link-admin} and the brokers have: properties, each
 * an id and 32 bytes in Base64; {@code current=<id>} names the one to seal with, if there are several.
 *
 * <p>A sealed secret is {@code ${sealed:<key id>:<Base64>}}, of nonce and AES-256-GCM. Link and property are authenticated with
 * it, so that it opens in no other place.
 *
 * <p>Immutable; prints no key.
 */
public final class SealingKeys {

    /** Setting of brokers, and of {@code link-admin}'s {@code --command-config}: the file of keys. */
    public static final String FILE_SETTING = "hawser.secret.key.file";

    private static final String CURRENT = "current";
    private static final Pattern SEALED = Pattern.compile("\\$\\{sealed:([A-Za-z0-9._-]{1,64}):([A-Za-z0-9_-]+)}");
    private static final Pattern KEY_ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Set<PosixFilePermission> NOBODY_ELSES = EnumSet.of(
            PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE);
    private static final String CIPHER = "AES/GCM/NoPadding";
    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final String HOW =
            "; write it as current=k1 and k1=<32 bytes in Base64, as 'openssl rand -base64 32' prints>";

    private final Path file;
    private final Map<String, SecretKey> keys;
    private final @Nullable String current;
    private final SecureRandom random = new SecureRandom();

    private SealingKeys(Path file, Map<String, SecretKey> keys, @Nullable String current) {
        this.file = file;
        this.keys = keys;
        this.current = current;
    }

    /**
     * Reads the keys anew each time, so that keys can be added and taken away while brokers run.
     *
     * @throws ConfigException with one line that names the file and the way out
     */
    public static SealingKeys read(Path file) {
        requireGuarded(file);
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            throw new ConfigException(FILE_SETTING + ": " + file + " cannot be read as a file of properties: "
                    + e.getClass().getSimpleName());
        }
        String current = properties.getProperty(CURRENT);
        properties.remove(CURRENT);
        Map<String, SecretKey> keys = new TreeMap<>();
        properties.forEach(
                (id, text) -> keys.put(requireId(file, id.toString()), key(file, id.toString(), text.toString())));
        if (current == null && keys.size() == 1) {
            current = keys.keySet().iterator().next();
        }
        if (current != null && !keys.containsKey(current)) {
            throw new ConfigException(
                    FILE_SETTING + ": " + file + " has no key '" + current + "', which it says is the current one");
        }
        if (keys.isEmpty()) {
            throw new ConfigException(FILE_SETTING + ": " + file + " holds no key" + HOW);
        }
        return new SealingKeys(file, keys, current);
    }

    /** Whether a property's value is a sealed secret. */
    public static boolean isSealed(String value) {
        return SEALED.matcher(value.strip()).matches();
    }

    /** What may be shown of a property's value: of a sealed secret no more than which key opens it. */
    public static String shown(String value) {
        Matcher sealed = SEALED.matcher(value.strip());
        return sealed.matches() ? "[sealed with key " + sealed.group(1) + "]" : value;
    }

    /** A secret, such that it opens only as this property of a link of this name. */
    public String seal(String link, String property, String secret) {
        if (current == null) {
            throw new ConfigException(
                    FILE_SETTING + ": " + file + " has several keys and does not say which seals; add current=<id>");
        }
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, current, nonce, link, property)
                    .doFinal(secret.getBytes(StandardCharsets.UTF_8));
            byte[] all = Arrays.copyOf(nonce, NONCE_BYTES + sealed.length);
            System.arraycopy(sealed, 0, all, NONCE_BYTES, sealed.length);
            return "${sealed:" + current + ":"
                    + Base64.getUrlEncoder().withoutPadding().encodeToString(all) + "}";
        } catch (GeneralSecurityException e) {
            throw new ConfigException(
                    property + " cannot be sealed: " + e.getClass().getSimpleName());
        }
    }

    /**
     * @param value for which {@link #isSealed} holds
     * @throws ConfigException with one line that says why it does not open, and the way out
     */
    String unseal(String link, String property, String value) {
        Matcher sealed = SEALED.matcher(value.strip());
        if (!sealed.matches()) {
            throw new ConfigException(property + " is not a sealed secret");
        }
        String id = sealed.group(1);
        if (!keys.containsKey(id)) {
            throw new ConfigException(property + " is sealed with key '" + id + "', but " + file + " has only "
                    + keys.keySet() + ": add that key on every broker, or give the secret again");
        }
        try {
            byte[] all = Base64.getUrlDecoder().decode(sealed.group(2));
            if (all.length < NONCE_BYTES + TAG_BITS / Byte.SIZE) {
                throw doesNotOpen(property, id);
            }
            byte[] nonce = Arrays.copyOf(all, NONCE_BYTES);
            byte[] secret = cipher(Cipher.DECRYPT_MODE, id, nonce, link, property)
                    .doFinal(all, NONCE_BYTES, all.length - NONCE_BYTES);
            return new String(secret, StandardCharsets.UTF_8);
        } catch (AEADBadTagException | IllegalArgumentException e) {
            throw doesNotOpen(property, id);
        } catch (GeneralSecurityException e) {
            throw new ConfigException(
                    property + " cannot be opened: " + e.getClass().getSimpleName());
        }
    }

    private ConfigException doesNotOpen(String property, String id) {
        return new ConfigException(property + " does not open with key '" + id + "' of " + file
                + ": it was sealed with another key of that id, for another link or property, or has been changed;"
                + " have the same key everywhere, or give the secret again");
    }

    private Cipher cipher(int mode, String id, byte[] nonce, String link, String property)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance(CIPHER);
        cipher.init(mode, keys.get(id), new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(("hawser/1\n" + link + "\n" + property).getBytes(StandardCharsets.UTF_8));
        return cipher;
    }

    /** A group may read it, as with what Kubernetes mounts; nobody else may do anything with it. */
    private static void requireGuarded(Path file) {
        try {
            if (!Files.isRegularFile(file)) {
                throw new ConfigException(FILE_SETTING + ": there is no file " + file + HOW);
            }
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
            if (permissions.stream().anyMatch(NOBODY_ELSES::contains)) {
                throw new ConfigException(FILE_SETTING + ": " + file + " has the permissions "
                        + PosixFilePermissions.toString(permissions)
                        + ", so others can read or change the keys; run chmod 600 "
                        + file);
            }
        } catch (UnsupportedOperationException e) {
            // A file system without such permissions.
        } catch (IOException e) {
            throw new ConfigException(FILE_SETTING + ": the permissions of " + file + " cannot be read: " + e);
        }
    }

    private static String requireId(Path file, String id) {
        if (!KEY_ID.matcher(id).matches()) {
            throw new ConfigException(FILE_SETTING + ": an id in " + file
                    + " is not of 1 to 64 letters, digits, dots, dashes and underscores" + HOW);
        }
        return id;
    }

    private static SecretKey key(Path file, String id, String text) {
        try {
            byte[] bytes = Base64.getDecoder().decode(text.strip());
            if (bytes.length == KEY_BYTES) {
                return new SecretKeySpec(bytes, "AES");
            }
        } catch (IllegalArgumentException e) {
            // Said below.
        }
        throw new ConfigException(FILE_SETTING + ": '" + id + "' in " + file + " is not a key" + HOW);
    }
}
