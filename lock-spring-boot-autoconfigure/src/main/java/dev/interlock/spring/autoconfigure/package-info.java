/** Configuration of the locks in Spring Boot. */
@NullMarked
package dev.interlock.spring.autoconfigure;

import org.jspecify.annotations.NullMarked;
