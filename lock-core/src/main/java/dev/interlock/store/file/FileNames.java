package dev.interlock.store.file;

import dev.interlock.spi.RecordText;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** Names of files for names of resources: the start of it for people, and a digest that tells it from all others. */
final class FileNames {

    private static final int READABLE = 48;
    private static final int DIGEST = 16;
    private static final Pattern UNSAFE = Pattern.compile("[^A-Za-z0-9_-]");

    private FileNames() {}

    static String of(String resource) {
        String start = resource.length() > READABLE ? resource.substring(0, READABLE) : resource;
        return UNSAFE.matcher(start).replaceAll("_") + "." + digest(resource);
    }

    /** Of the escaped name, because half a surrogate pair has no bytes of its own. */
    private static String digest(String resource) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(RecordText.escape(resource).getBytes(StandardCharsets.US_ASCII));
            return HexFormat.of().formatHex(digest, 0, DIGEST);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
