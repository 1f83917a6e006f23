package dev.interlock.store.jdbc;

import dev.interlock.spi.RecordText;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/** Any text as bytes, exactly: no database then has a say in which names are equal. */
final class Bytes {

    private static final int LONGEST_PLAIN = 190;
    private static final int HEAD = 150;
    private static final char ESCAPED = '~';

    private Bytes() {}

    /**
     * The key of a resource: its name in UTF-8, where it is short enough and has a form in UTF-8. Otherwise how it begins, a
     * byte that UTF-8 never has, and the SHA-256 of the whole; so no key is longer than an index of any database allows.
     */
    static byte[] key(String resource) {
        byte[] plain = resource.getBytes(StandardCharsets.UTF_8);
        return plain.length <= LONGEST_PLAIN && isWellFormed(resource) ? plain : hashed(plain, resource);
    }

    private static byte[] hashed(byte[] plain, String resource) {
        byte[] hash = sha256(resource);
        byte[] head = Arrays.copyOf(plain, Math.min(plain.length, HEAD));
        return ByteBuffer.allocate(head.length + 1 + hash.length)
                .put(head)
                .put((byte) 0xff)
                .put(hash)
                .array();
    }

    /** Of the characters as they are: half a surrogate pair has no form in any encoding. */
    private static byte[] sha256(String text) {
        ByteBuffer characters = ByteBuffer.allocate(text.length() * Character.BYTES);
        characters.asCharBuffer().put(text);
        try {
            return MessageDigest.getInstance("SHA-256").digest(characters.array());
        } catch (NoSuchAlgorithmException none) {
            throw new IllegalStateException("every Java has SHA-256", none);
        }
    }

    private static boolean isWellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return StandardCharsets.UTF_8.newEncoder().canEncode(text);
            }
        }
        return true;
    }

    /** Any text as bytes: UTF-8, or escaped where that could not bring it back. */
    static byte[] of(String text) {
        boolean plain = isWellFormed(text) && (text.isEmpty() || text.charAt(0) != ESCAPED);
        return (plain ? text : RecordText.escape(text)).getBytes(StandardCharsets.UTF_8);
    }

    /** The text that these are. */
    static String text(byte[] bytes) {
        return RecordText.unescape(new String(bytes, StandardCharsets.UTF_8));
    }
}
