/** Documents that several people edit without keeping each other out. */
@NullMarked
package dev.interlock.sample.documents;

import org.jspecify.annotations.NullMarked;
