/** The locks in Spring Boot's Actuator: endpoints, health, audit. */
@NullMarked
package dev.interlock.spring.actuate;

import org.jspecify.annotations.NullMarked;
