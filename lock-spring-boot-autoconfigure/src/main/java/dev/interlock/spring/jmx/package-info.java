/** The lock manager in JMX, where Spring Boot shows beans there. */
@NullMarked
package dev.interlock.spring.jmx;

import org.jspecify.annotations.NullMarked;
