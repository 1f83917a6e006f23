package dev.interlock.spring.jdbc;

import dev.interlock.spring.autoconfigure.InterlockProperties;
import dev.interlock.spring.autoconfigure.LockConfigurationException;
import java.util.Arrays;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.util.ClassUtils;

/** Finds the {@link DataSource} in which locks live. */
final class LockDataSources {

    private static final String PROPERTY = "interlock.jdbc.data-source";
    private static final boolean SPRING_JDBC = ClassUtils.isPresent(
            "org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy",
            LockDataSources.class.getClassLoader());

    private final ListableBeanFactory beans;
    private final ObjectProvider<DataSource> all;
    private final ObjectProvider<DataSource> qualified;

    LockDataSources(ListableBeanFactory beans, ObjectProvider<DataSource> all, ObjectProvider<DataSource> qualified) {
        this.beans = beans;
        this.all = all;
        this.qualified = qualified;
    }

    /** The one that is named, or else qualified, or else the only one; such that nothing done with it joins a transaction. */
    DataSource choose(InterlockProperties properties) {
        String name = properties.jdbc().dataSource();
        DataSource chosen = name == null ? withoutName() : named(name);
        return SPRING_JDBC ? TransactionAware.unwrapped(chosen) : chosen;
    }

    private DataSource named(String name) {
        if (!beans.containsBean(name) || !beans.isTypeMatch(name, DataSource.class)) {
            throw new LockConfigurationException(
                    PROPERTY + " is '" + name + "', and there is no DataSource bean of that name; there are: "
                            + names(),
                    "Name one of those.");
        }
        return beans.getBean(name, DataSource.class);
    }

    private DataSource withoutName() {
        DataSource marked = qualified.getIfUnique();
        DataSource only = marked == null ? all.getIfUnique() : marked;
        if (only == null) {
            throw names().isEmpty() ? none() : several();
        }
        return only;
    }

    private static LockConfigurationException none() {
        return new LockConfigurationException(
                "the backend 'jdbc' is asked for, and there is no DataSource",
                "Add spring-boot-starter-jdbc and a database driver, or a DataSource bean, or choose another backend.");
    }

    private LockConfigurationException several() {
        return new LockConfigurationException(
                "the backend 'jdbc' is asked for, and there are several DataSource beans: " + names(),
                "Set " + PROPERTY + " to the name of one, or annotate it with @LockDataSource, or make it @Primary.");
    }

    private String names() {
        return Arrays.stream(beans.getBeanNamesForType(DataSource.class))
                .sorted()
                .collect(Collectors.joining(", "));
    }
}
