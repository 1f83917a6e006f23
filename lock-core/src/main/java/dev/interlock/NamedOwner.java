package dev.interlock;

import java.util.Objects;

record NamedOwner(String name) implements LockOwner {

    NamedOwner {
        Objects.requireNonNull(name, "the owner's name is null");
        if (name.isBlank()) {
            throw new IllegalArgumentException(
                    "the owner's name is blank; give each owner a name that people can recognise");
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
