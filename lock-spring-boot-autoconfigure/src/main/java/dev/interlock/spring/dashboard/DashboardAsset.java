package dev.interlock.spring.dashboard;

import org.springframework.util.MimeType;

/**
 * The page, or something that belongs to it.
 *
 * @param content what it says
 * @param contentType what it is
 */
public record DashboardAsset(String content, MimeType contentType) {}
